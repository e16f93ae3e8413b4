import { refused } from '../../errors.ts'
import { oneOf, type Param, text } from '../../params.ts'
import { isBefore } from '../../versions/api-version.ts'
import { OLD_UI_MODES } from '../../versions/steps/2026-03-25.dahlia.ts'
import type { CheckoutSession } from '../../wire.ts'

const uiModes = oneOf('elements', 'embedded_page', 'form', 'hosted_page')

/** Requests before 2026-03-25.dahlia call three of the modes by other names. */
export const uiMode: Param<'elements' | 'embedded_page' | 'form' | 'hosted_page'> = {
  parse: (value, at, version) => {
    const renamed = Object.entries(OLD_UI_MODES).find(([, old]) => old === value)?.[0]
    const isOld = renamed !== undefined && isBefore(version, '2026-03-25.dahlia')
    return uiModes.parse(isOld ? renamed : value, at, version)
  },
}

/** An address that a browser can be sent to. */
export const url: Param<string> = {
  parse: (value, at, version) => {
    const given = text().parse(value, at, version)
    if (!/^https?:\/\//.test(given)) throw refused('Not a valid URL', at, 'url_invalid')
    return given
  },
}

type Country = NonNullable<CheckoutSession['shipping_address_collection']>['allowed_countries'][number]

export const countryCode: Param<Country> = {
  parse: (value, at, version) => {
    const given = text(2).parse(value, at, version)
    if (!/^[A-Z]{2}$/.test(given)) throw refused(`Invalid country: ${given}`, at)
    // The declared words are the codes of ISO 3166, of which there are more than a check here is worth.
    return given as Country
  },
}

/** A colour as the web writes it: `#0a2540`. */
export const colour: Param<string> = {
  parse: (value, at, version) => {
    const given = text(7).parse(value, at, version)
    if (!/^#[0-9A-Fa-f]{3}([0-9A-Fa-f]{3})?$/.test(given)) throw refused(`Invalid color: ${given}`, at)
    return given
  },
}
