import { isNotFound } from "./kube-error.ts";
import type { KubeObject, ObjectName } from "./kube-object.ts";
import { apiVersionOf, collectionPath, objectPath } from "./resource-type.ts";
import type { ResourceType } from "./resource-type.ts";
import type { KubeTransport } from "./transport.ts";

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMilliseconds?: number;
}

interface ListOptions extends CallOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Objects a page, default 500. */
  limit?: number;
  continueToken?: string;
  resourceVersion?: string;
}

export interface ListPage<T> {
  items: T[];
  resourceVersion: string;
  continueToken?: string;
}

interface DeleteOptions extends CallOptions {
  /** Only this very object, not a later one of the same name. */
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: "Background" | "Foreground" | "Orphan";
  /** Of a pod; 0: at once, without its kubelet. */
  gracePeriodSeconds?: number;
}

interface ApplyOptions extends CallOptions {
  fieldManager: string;
  /** Take over fields of other managers; default true. */
  force?: boolean;
  subresource?: "status" | "scale";
}

const defaultPageSize = 500;

/** An object to be created: the API server sets the rest of its metadata, the defaults of its spec, and its status. */
export type NewObject<T extends KubeObject> = Omit<
  T,
  "apiVersion" | "kind" | "metadata" | "spec" | "status"
> &
  Pick<KubeObject, "apiVersion" | "kind" | "metadata"> & { spec?: object };

/** Reads and writes objects of one kind. Every method throws KubeError. */
export class ResourceClient<T extends KubeObject> {
  readonly type: ResourceType;
  readonly #transport: KubeTransport;

  constructor(transport: KubeTransport, type: ResourceType) {
    this.#transport = transport;
    this.type = type;
  }

  get(name: ObjectName, options: CallOptions = {}): Promise<T> {
    return this.#transport.request<T>({
      method: "GET",
      path: objectPath(this.type, name),
      ...options,
    });
  }

  /** Undefined when there is none of that name. */
  async find(name: ObjectName, options: CallOptions = {}): Promise<T | undefined> {
    try {
      return await this.get(name, options);
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  /** One page. */
  async list(options: ListOptions = {}): Promise<ListPage<T>> {
    const { namespace, labelSelector, fieldSelector, limit, continueToken, ...rest } = options;
    const { resourceVersion, ...call } = rest;
    const body = await this.#transport.request<ListBody<T>>({
      method: "GET",
      verb: "list",
      path: collectionPath(this.type, namespace),
      query: {
        labelSelector,
        fieldSelector,
        limit: limit ?? defaultPageSize,
        continue: continueToken,
        resourceVersion,
      },
      ...call,
    });
    const next = body.metadata?.continue;
    return {
      items: body.items ?? [],
      resourceVersion: body.metadata?.resourceVersion ?? "",
      ...(next === undefined || next === "" ? {} : { continueToken: next }),
    };
  }

  /** All pages, one object after the other. */
  async *listAll(options: ListOptions = {}): AsyncGenerator<T> {
    let page = await this.list(options);
    yield* page.items;
    while (page.continueToken !== undefined) {
      page = await this.list({ ...options, continueToken: page.continueToken });
      yield* page.items;
    }
  }

  create(object: NewObject<T>, options: CallOptions & { dryRun?: boolean } = {}): Promise<T> {
    const { dryRun, ...call } = options;
    return this.#transport.request<T>({
      method: "POST",
      path: collectionPath(this.type, object.metadata.namespace),
      query: { dryRun: dryRun === true ? "All" : undefined },
      body: this.#complete(object),
      ...call,
    });
  }

  /** Puts the whole object; guarded by its `metadata.resourceVersion` where it has one. */
  replace(object: T, options: CallOptions = {}): Promise<T> {
    return this.#transport.request<T>({
      method: "PUT",
      path: objectPath(this.type, nameOf(object)),
      body: this.#complete(object),
      ...options,
    });
  }

  async delete(name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds, ...call } = options;
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    await this.#transport.request<unknown>({
      method: "DELETE",
      path: objectPath(this.type, name),
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        preconditions,
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      },
      ...call,
    });
  }

  /** Takes over the number of replicas, by server-side apply of the `scale` subresource. */
  async applyScale(
    name: ObjectName,
    replicas: number,
    options: CallOptions & { fieldManager: string },
  ): Promise<void> {
    const { fieldManager, ...call } = options;
    await this.#transport.request<unknown>({
      method: "PATCH",
      path: `${objectPath(this.type, name)}/scale`,
      contentType: "application/apply-patch+yaml",
      query: { fieldManager, force: true },
      body: {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { ...name },
        spec: { replicas },
      },
      ...call,
    });
  }

  /** JSON merge patch (RFC 7396): null removes a field. */
  mergePatch(name: ObjectName, patch: unknown, options: CallOptions = {}): Promise<T> {
    return this.#transport.request<T>({
      method: "PATCH",
      path: objectPath(this.type, name),
      contentType: "application/merge-patch+json",
      body: patch,
      ...options,
    });
  }

  /** Merge patch of `/status`, refused with a conflict when the object is no longer at `resourceVersion`. */
  patchStatus(
    name: ObjectName,
    resourceVersion: string,
    status: unknown,
    options: CallOptions = {},
  ): Promise<T> {
    return this.#transport.request<T>({
      method: "PATCH",
      path: `${objectPath(this.type, name)}/status`,
      contentType: "application/merge-patch+json",
      body: { metadata: { resourceVersion }, status },
      ...options,
    });
  }

  /** Server-side apply: the fields of `object` become those of `fieldManager`. */
  apply(object: T, options: ApplyOptions): Promise<T> {
    const { fieldManager, force, subresource, ...call } = options;
    const path = objectPath(this.type, nameOf(object));
    return this.#transport.request<T>({
      method: "PATCH",
      path: subresource === undefined ? path : `${path}/${subresource}`,
      // The server also takes JSON for this type: YAML contains it.
      contentType: "application/apply-patch+yaml",
      query: { fieldManager, force: force ?? true },
      body: this.#complete(object),
      ...call,
    });
  }

  #complete<Body extends T | NewObject<T>>(object: Body): Body {
    return { apiVersion: apiVersionOf(this.type), kind: this.type.kind, ...object };
  }
}

interface ListBody<T> {
  items?: T[] | null;
  metadata?: { resourceVersion?: string; continue?: string };
}

function nameOf(object: KubeObject): ObjectName {
  const { name, namespace } = object.metadata;
  if (name === undefined) throw new TypeError("the object needs metadata.name");
  return namespace === undefined ? { name } : { name, namespace };
}
