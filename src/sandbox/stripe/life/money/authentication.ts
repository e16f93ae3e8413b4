import type { TestCard } from '../cards.ts'

/** Under which circumstances a card is used. */
export interface CardUse {
  /** The customer is not there to be asked. */
  isOffSession: boolean
  /** The card was saved for that, and its holder agreed. */
  isSetUp: boolean
  /** The merchant asks for 3-D Secure: `request_three_d_secure` is `any` or `challenge`. */
  isRequested: boolean
}

/** `acknowledged` passes without a question; `challenge` asks the customer; `error` cannot ask. */
export type AuthenticationNeed = 'none' | 'acknowledged' | 'challenge' | 'error'

/** Whether a bank wants its customer to confirm: docs.stripe.com/testing#regulatory-cards, #three-ds-cards. */
export function authenticationOf(card: TestCard, use: CardUse): AuthenticationNeed {
  const isAskedFor = use.isRequested && !use.isOffSession
  switch (card.authentication) {
    case 'not_supported':
      return 'none'
    case 'not_enrolled':
      return isAskedFor ? 'acknowledged' : 'none'
    case 'optional':
      return isAskedFor ? 'challenge' : 'none'
    case 'optional_error':
      return isAskedFor ? 'error' : 'none'
    case 'unless_set_up':
      return use.isOffSession && use.isSetUp ? 'none' : 'challenge'
    case 'on_session':
      return use.isOffSession ? 'none' : 'challenge'
    case 'always':
      return 'challenge'
    case 'error':
      return 'error'
    default:
      return card.authentication satisfies never
  }
}
