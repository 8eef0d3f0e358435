import { errorsPage } from './errors-page.js'
import { probeCoveragePage } from './probe-coverage-page.js'
import { ruleCoveragePage } from './rule-coverage-page.js'
import { scenarioLanguagePage } from './scenario-language-page.js'

/** The generated pages of docs/. */
export const pages: Readonly<Record<string, () => string>> = {
  'scenario-language.md': scenarioLanguagePage,
  'errors.md': errorsPage,
  'rule-coverage.md': ruleCoveragePage,
  'probe-coverage.md': probeCoveragePage,
}
