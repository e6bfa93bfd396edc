import type { CounterMetric, Metrics } from "../../platform/process/metrics.ts";

const signatureAnswers = ["Signed", "Settled", "Outdated", "Unsignable"] as const;
const deliveryOutcomes = ["Delivered", "ReceiverGone", "DeliveryExhausted"] as const;

export interface DeliveryMetrics {
  signatureRequests: CounterMetric<{ answer: typeof signatureAnswers }>;
  deliveriesPublished: CounterMetric<Record<never, never>>;
  lostDeliveries: CounterMetric<Record<never, never>>;
  deliveriesFinished: CounterMetric<{ outcome: typeof deliveryOutcomes }>;
}

/** What the controller counts about webhooks. */
export function createDeliveryMetrics(metrics: Metrics): DeliveryMetrics {
  return {
    signatureRequests: metrics.counter({
      name: "stills_signature_questions_total",
      help: "Requests of gateways for the signatures of a webhook",
      labels: { answer: signatureAnswers },
    }),
    deliveriesPublished: metrics.counter({
      name: "stills_deliveries_published_total",
      help: "Webhooks stored on STILLS_DELIVERIES",
    }),
    lostDeliveries: metrics.counter({
      name: "stills_deliveries_lost_total",
      help: "Webhooks that were published again because their delivery was lost",
    }),
    deliveriesFinished: metrics.counter({
      name: "stills_deliveries_finished_total",
      help: "Webhooks with a final outcome",
      labels: { outcome: deliveryOutcomes },
    }),
  };
}
