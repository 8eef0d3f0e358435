import { errorsPage } from './errors-page.js'
import { scenarioLanguagePage } from './scenario-language-page.js'

/** The generated pages of docs/. */
export const pages: Readonly<Record<string, () => string>> = {
  'scenario-language.md': scenarioLanguagePage,
  'errors.md': errorsPage,
}
