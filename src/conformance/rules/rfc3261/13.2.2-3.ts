import { followsRouteSet } from '../../dialog-vocabulary.js'
import { isStrict } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'
import { sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-13.2.2-3',
  title: 'The route set is that of the 2xx, whatever a provisional response said.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: ({ byCaller, creation, establishing }) =>
    byCaller &&
    establishing.status >= 200 &&
    !isStrict(establishing.sip.list('Record-Route').reverse()) &&
    creation.responses.some(
      ({ status, sip }) =>
        status > 100 &&
        status < 200 &&
        sip.toTag === establishing.sip.toTag &&
        sip.has('Record-Route') &&
        !sameAddresses(sip.list('Record-Route'), establishing.sip.list('Record-Route')),
    ),
  check: (dialog) => followsRouteSet(dialog),
})
