import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../peers/temporary-folder.js'

/** A scenario of test/interop/sipp with some of its text replaced; every text must be there. Returns its path. */
export function variantOf(name: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(new URL(`sipp/${name}.xml`, import.meta.url), 'utf8')
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${name}.xml has no ${from}`)
    text = text.replaceAll(from, to)
  }
  return written(name, text)
}

/** A SIPp scenario from its elements. */
export const scenarioOf = (name: string, elements: string): string =>
  written(name, `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n${elements}\n</scenario>\n`)

function written(name: string, text: string): string {
  const file = join(temporaryFolder('scenario'), `${name}.xml`)
  writeFileSync(file, text)
  return file
}

/** Field lines with which a response answers the last request. */
const copied = '[last_Via:]\n[last_From:]\n[last_To:]TAG\n[last_Call-ID:]\n[last_CSeq:]\n'

/** `<send>` of a response to the last request. */
export function respond(
  status: string,
  options: { tag?: boolean; lines?: string; body?: string; attributes?: string } = {},
): string {
  const { tag = false, lines = '', body = '', attributes = '' } = options
  const head = copied.replace('TAG', tag ? ';tag=[pid]s[call_number]' : '')
  const contact = 'Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>\n'
  const type = body === '' ? '' : 'Content-Type: application/sdp\n'
  return `<send ${attributes}><![CDATA[\nSIP/2.0 ${status}\n${head}${contact}${lines}${type}Content-Length: [len]\n\n${body}\n]]></send>`
}

/** A description of SIPp's own media. */
export const sdp = `v=0
o=sipp 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=ptime:20
`

/** The description of the scenarios in test/interop/sipp, as it stands there. */
export const description = `${sdp.replace('a=ptime', 'a=fmtp:101 0-16\na=ptime')}a=sendrecv\n`.replace(
  /^(?=.)/gm,
  '      ',
)

/** `<send>` of a request outside a dialog, or of the first of one. */
export function request(
  method: string,
  options: { lines?: string; body?: string; branch?: string; attributes?: string } = {},
): string {
  const { lines = '', body = '', branch = '[branch]', attributes = 'retrans="500"' } = options
  const type = body === '' ? '' : 'Content-Type: application/sdp\n'
  return `<send ${attributes}><![CDATA[
${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 ${method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${lines}${type}Content-Length: [len]

${body}
]]></send>`
}

/** `<recv>` of the call's INVITE that keeps what requests by the callee need. */
export const receiveInvite = `<recv request="INVITE" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="From:" check_it="true" assign_to="peer"/>
<ereg regexp=".*" search_in="hdr" header="To:" check_it="true" assign_to="own"/>
<ereg regexp=".*" search_in="hdr" header="Via:" check_it="true" assign_to="via"/>
<ereg regexp=".*" search_in="hdr" header="CSeq:" check_it="true" assign_to="cseq"/>
</action></recv>`

/** Action of a `<recv>` that keeps what `answerKept` needs, when other messages come in between. */
export const keep = `<action>
<ereg regexp=".*" search_in="hdr" header="Via:" check_it="true" assign_to="via"/>
<ereg regexp=".*" search_in="hdr" header="CSeq:" check_it="true" assign_to="cseq"/>
</action>`

/** `<send>` of the 2xx of the request that was kept. */
export const answerKept = (attributes = 'retrans="500"'): string => `<send ${attributes}><![CDATA[
SIP/2.0 200 OK
Via:[$via]
From:[$peer]
To:[$own];tag=[pid]s[call_number]
Call-ID: [call_id]
CSeq:[$cseq]
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

${sdp}
]]></send>`

/** `<send>` of a request within the dialog by the side that was called. */
export function requestByCallee(method: string, body = ''): string {
  const type = body === '' ? '' : 'Content-Type: application/sdp\n'
  return `<send retrans="500"><![CDATA[
${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$own];tag=[pid]s[call_number]
To:[$peer]
Call-ID: [call_id]
CSeq: [cseq] ${method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
${type}Content-Length: [len]

${body}
]]></send>`
}

/** `<send>` of a request within the dialog by the side that called, after a `<recv>` that ends in 2xx. */
export function requestByCaller(method: string, options: { cseq?: string; attributes?: string } = {}): string {
  const { cseq = '[cseq]', attributes = 'retrans="500"' } = options
  return `<send ${attributes}><![CDATA[
${method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To:[$peer]
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Max-Forwards: 70
Content-Length: 0

]]></send>`
}

/** `<recv>` of the 2xx that answers the call, which keeps what later requests need. */
export const receiveAnswer = `<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200" timeout="8000" rrs="true"><action>
<ereg regexp=".*" search_in="hdr" header="To:" check_it="true" assign_to="peer"/>
</action></recv>`

/** Branch for an INVITE that is refused: its ACK must have the same, and SIPp's own is another for each message. */
export const inviteBranch = 'z9hG4bK-[pid]-[call_number]-invite'

/** `<send>` of the ACK of such an INVITE. */
export const ackOfRefusal = `<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${inviteBranch}
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>`
