import { changed } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8-5',
  title: 'A description with the same version is the same.',
  on: 'revision',
  applies: ({ message, before }) => message.description?.values('o')[0] === before.description?.values('o')[0],
  check: (revision) =>
    changed(revision)
      ? violation(
          'the version is the same, the description is not',
          inBody(revision.message, 'o='),
          inBody(revision.before, 'o='),
        )
      : pass,
})
