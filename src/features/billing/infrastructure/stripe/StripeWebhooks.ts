import { isUtf8 } from 'node:buffer'
import Stripe from 'stripe'
import { z } from 'zod'
import { handledEvent } from '#src/features/billing/domain/change/handled-events.ts'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { isReadable } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import type { IStripeWebhooks, ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { factsOf } from './facts/facts-of.ts'
import { Seconds, stripeId, Text } from './facts/fields.ts'

/** How old or how far ahead a signature may be. Stripe's own default, to both sides: docs.stripe.com/webhooks#replay-attacks */
export const SIGNATURE_TOLERANCE_SECONDS = 300

/** The longest `Stripe-Signature` header that is looked at. */
export const SIGNATURE_HEADER_MAX_BYTES = 8 * 1024

/**
 * One stamp, then signatures: `v1` is 64 hexadecimal digits, other schemes are passed over. The SDK takes the last of
 * several stamps, and throws on a `v1` that is empty or not ASCII.
 */
const HEADER = /^t=(\d{1,12})(?:,v1=[0-9a-f]{64}|,(?!t=|v1=)\w+=[\x21-\x2b\x2d-\x7e]+)+$/

/** The API versions whose objects the parser knows, by their dates: from the first to the last of them. */
const OLDEST_KNOWN_VERSION = '2024-06-20'
const NEWEST_KNOWN_VERSION = '2026-10-28'

const Event = z.object({
  id: stripeId('evt'),
  object: z.literal('event'),
  type: Text.min(1),
  created: Seconds,
  livemode: z.boolean(),
  api_version: Text.nullish().catch(null),
  account: Text.nullish().catch(null),
  // Whatever it is about is kept: what cannot be read is no reason to forget that Stripe said it.
  data: z.object({ object: z.unknown().optional(), previous_attributes: z.unknown().optional() }),
})

/** Verifies and reads what is posted to the webhook endpoint. */
export class StripeWebhooks implements IStripeWebhooks {
  readonly #secrets: readonly string[]
  readonly #realClock: Clock

  /** `realClock` is the real time even where the app's clock follows a sandbox: signatures always carry it. */
  constructor({ secrets, realClock }: { secrets: readonly string[]; realClock: Clock }) {
    this.#secrets = secrets
    this.#realClock = realClock
  }

  isSigned(body: Uint8Array, signatureHeader: string | null): boolean {
    if (signatureHeader === null || signatureHeader.length > SIGNATURE_HEADER_MAX_BYTES) return false
    // The SDK signs the decoded text: other bytes than Stripe's could decode to the same.
    if (!isPlainUtf8(body)) return false
    const stamp = HEADER.exec(signatureHeader)?.[1]
    if (stamp === undefined) return false
    const now = this.#realClock.now()
    // The SDK refuses old stamps alone.
    if (Number(stamp) - now / 1000 > SIGNATURE_TOLERANCE_SECONDS) return false
    return this.#secrets.some((secret) => isSignedWith(secret, body, signatureHeader, now))
  }

  parse(body: Uint8Array): ParsedEvent | null {
    const parsed = Event.safeParse(parseJson(body))
    if (!parsed.success) return null
    const { id, type, created, livemode, api_version, account, data } = parsed.data
    const event = {
      id,
      type,
      created,
      livemode,
      apiVersion: api_version ?? null,
      account: account ?? null,
      objectId: objectIdOf(data.object),
      payload: body,
    }
    return { event, facts: this.#facts(type, event.apiVersion, data) }
  }

  #facts(type: string, apiVersion: string | null, data: z.infer<typeof Event>['data']): StripeFacts {
    const handled = handledEvent(type)
    if (handled === null) return { kind: 'unhandled' }
    if (!isKnownVersion(apiVersion) && isReadable(handled.object)) {
      return { kind: 'unreadable', reason: 'unknown_api_version' }
    }
    return factsOf(handled.object, data.object, data.previous_attributes)
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** Whether decoding and encoding again gives these very bytes. */
function isPlainUtf8(body: Uint8Array): boolean {
  return isUtf8(body) && !BYTE_ORDER_MARK.equals(body.subarray(0, BYTE_ORDER_MARK.length))
}

function isSignedWith(secret: string, body: Uint8Array, header: string, nowMs: number): boolean {
  try {
    return (
      Stripe.webhooks.signature?.verifyHeader(
        body,
        header,
        secret,
        SIGNATURE_TOLERANCE_SECONDS,
        undefined,
        nowMs,
      ) === true
    )
  } catch (error) {
    // The one thing that it says by throwing; anything else is a fault of ours.
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

const Named = z.object({ id: Text.nullish().catch(null), customer: Text.nullish().catch(null) })

/** The object's id; a summary of entitlements has none, and is its customer's. */
function objectIdOf(object: unknown): string | null {
  const parsed = Named.safeParse(object)
  return parsed.success ? (parsed.data.id ?? parsed.data.customer ?? null) : null
}

/** Whether the shapes of this API version are known to the parser. */
export function isKnownVersion(apiVersion: string | null): boolean {
  const date = apiVersion?.slice(0, 10) ?? ''
  return date >= OLDEST_KNOWN_VERSION && date <= NEWEST_KNOWN_VERSION
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return null
  }
}
