import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import {
  runtimeRules,
  sandboxRules,
  seccompProfile,
} from "../../scripts/generate/seccomp-profile.ts";

const file = "deploy/seccomp/worker.json";
const namesOf = (rules: readonly { names: string[] }[]) => rules.flatMap(({ names }) => names);

suite("the seccomp profile of worker pods", () => {
  test("refuses what it does not name, on x86-64 and on 64-bit ARM", () => {
    const profile = JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof seccompProfile>;
    assert.deepEqual(profile, seccompProfile());
    assert.equal(profile.defaultAction, "SCMP_ACT_ERRNO");
    assert.deepEqual(profile.architectures, ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"]);
  });

  test("differs from a runtime's own only by namespaces and chroot, and the page beside it says so", () => {
    const extra = namesOf(seccompProfile().syscalls).filter(
      (name) => !namesOf(runtimeRules()).includes(name),
    );
    assert.deepEqual(extra, ["clone", "unshare", "chroot"]);
    const page = readFileSync("deploy/seccomp/README.md", "utf8");
    for (const name of extra) assert.ok(page.includes(`\`${name}\``), name);
  });

  test("lets nobody make mount, cgroup, UTS or IPC namespaces, and other ones", () => {
    const [namespaces] = sandboxRules();
    const flag = namespaces?.args?.[0];
    assert.equal(flag?.op, "SCMP_CMP_MASKED_EQ");
    assert.equal(flag.valueTwo, 0);
    for (const refused of [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000])
      assert.notEqual(flag.value & refused, 0);
    for (const needed of [0x1000_0000, 0x2000_0000, 0x4000_0000])
      assert.equal(flag.value & needed, 0);
  });

  test("names no call twice, and none that a broken-out page could take the node with", () => {
    const allowed = seccompProfile().syscalls.filter(({ action }) => action === "SCMP_ACT_ALLOW");
    const plain = allowed.filter(({ args }) => args === undefined).flatMap(({ names }) => names);
    assert.ok(plain.length > 250);
    assert.equal(new Set(plain).size, plain.length);
    const dangerous =
      "mount umount2 pivot_root open_tree move_mount fsopen bpf perf_event_open userfaultfd io_uring_setup io_uring_enter keyctl add_key request_key init_module finit_module delete_module kexec_load reboot swapon open_by_handle_at setns clone3 modify_ldt iopl ioperm acct quotactl syslog";
    assert.deepEqual(
      dangerous.split(" ").filter((name) => namesOf(allowed).includes(name)),
      [],
    );
  });
});
