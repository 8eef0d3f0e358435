import { notRegistered, taken, takenOnce, takenUnlessLong } from './reactions.js'
import { defineTorture, offer, type TortureMessage } from './torture-message.js'

/** RFC 4475 3.1.1: valid, and hard to parse. */
export const wellFormed: readonly TortureMessage[] = [
  defineTorture({
    name: 'wsinv',
    statement: '4475-3.1.1.1-1',
    title: 'INVITE with folding, white space, compact names and quoted pairs wherever they may be',
    original: {
      domain: 'chair-dnrc.example.com',
      route: 'services.example.com',
      transport: 'UDP',
      sentBy: '192.0.2.2',
    },
    expects: taken,
    text: `INVITE sip:vivekg@[domain];unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv[unique].ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /[transport]
    [sentBy];branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:[route];lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

${offer('192.0.2.3', { connection: '192.0.2.4' })}`,
  }),
  defineTorture({
    name: 'intmeth',
    statement: '4475-3.1.1.2-1',
    title: 'a method, a URI and fields of every character that they may have',
    original: { domain: 'example.com', transport: 'TCP', sentBy: 'host1.example.com', branch: "z9hG4bK-.!%66*_+`'~" },
    expects: taken,
    text: `!interesting-Method0123456789_*+\`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@[domain] SIP/2.0
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~\` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+\`*%!-.
Call-ID: intmeth[unique].word%ZK-!.*_+'@word\`~)(><:\\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+\`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_\`'~:\ufeff大停電
Content-Length: 0

`,
  }),
  defineTorture({
    name: 'esc01',
    statement: '4475-3.1.1.3-1',
    title: 'INVITE with characters that are escaped where they need not be',
    original: { domain: 'example.net', transport: 'UDP', sentBy: 'host5.example.net', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `INVITE sip:sips%3Auser%40example.com@[domain] SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
Max-Forwards: 87
i: esc01[unique].239409asdfakjkn23onasd0-3234
CSeq: 234234 INVITE
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
C: application/sdp
Contact:
  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
Content-Length: 150

${offer('192.0.2.1')}`,
  }),
  defineTorture({
    name: 'escnull',
    statement: '4475-3.1.1.4-1',
    title: 'REGISTER with escaped NULs in user parts',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'host5.example.com', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `REGISTER sip:[domain] SIP/2.0
To: sip:null-%00-null@[domain]
From: sip:null-%00-null@[domain];tag=839923423
Max-Forwards: 70
Call-ID: escnull[unique].39203ndfvkjdasfkq3w4otrq0adsfdfnavd
CSeq: 14398234 REGISTER
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Contact: <sip:%00@host5.example.com>
Contact: <sip:%00%00@host5.example.com>
L:0

`,
  }),
  defineTorture({
    name: 'esc02',
    statement: '4475-3.1.1.5-1',
    title: 'a method and a field name with % in them, which escape nothing',
    original: {
      domain: 'registrar.example.com',
      transport: 'TCP',
      sentBy: 'host.example.com',
      branch: 'z9hG4bK209%fzsnel234',
    },
    expects: notRegistered,
    text: `RE%47IST%45R sip:[domain] SIP/2.0
To: "%Z%45" <sip:resource@example.com>
From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23
Call-ID: esc02[unique].asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
CSeq: 29344 RE%47IST%45R
Max-Forwards: 70
Contact: <sip:alias1@host1.example.com>
C%6Fntact: <sip:alias2@host2.example.com>
Contact: <sip:alias3@host3.example.com>
l: 0

`,
  }),
  defineTorture({
    name: 'lwsdisp',
    statement: '4475-3.1.1.6-1',
    title: 'OPTIONS without white space between display name and <',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 'funky.example.com', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `OPTIONS sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: caller<sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID: lwsdisp[unique].1234abcd@funky.example.com
CSeq: 60 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
l: 0

`,
  }),
  defineTorture({
    name: 'longreq',
    statement: '4475-3.1.1.7-1',
    title: 'INVITE with very long values and 34 Vias',
    original: { domain: 'example.com', transport: 'TCP', sentBy: 'sip33.example.com' },
    expects: takenUnlessLong,
    text: `INVITE sip:user@[domain] SIP/2.0
To: "I have a user name of ${'extreme'.repeat(10)} proportion"<sip:user@example.com:6000;unknownparam1=very${'long'.repeat(20)}value;longparamnamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamename=shortvalue;very${'long'.repeat(25)}ParameterNameWithNoValue>
F: sip:${'amazinglylongcallername'.repeat(5)}@example.net;tag=12${'982'.repeat(50)}424;unknownheaderparamnamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamenamename=unknowheaderparamvaluevaluevaluevaluevaluevaluevaluevaluevaluevaluevaluevaluevaluevaluevalue;unknownValuelessparamnameparamnameparamnameparamnameparamnameparamnameparamnameparamnameparamnameparamname
Call-ID: longreq[unique].one${'really'.repeat(20)}longcallid
CSeq: 3882340 INVITE
Unknown-${'Long'.repeat(20)}-Name: unknown-${'long'.repeat(20)}-value; unknown-${'long'.repeat(20)}-parameter-name = unknown-${'long'.repeat(20)}-parameter-value
Via: SIP/2.0/[transport] [sentBy]
v: SIP/2.0/TCP sip32.example.com
V: SIP/2.0/TCP sip31.example.com
Via: SIP/2.0/TCP sip30.example.com
ViA: SIP/2.0/TCP sip29.example.com
VIa: SIP/2.0/TCP sip28.example.com
VIA: SIP/2.0/TCP sip27.example.com
via: SIP/2.0/TCP sip26.example.com
viA: SIP/2.0/TCP sip25.example.com
vIa: SIP/2.0/TCP sip24.example.com
vIA: SIP/2.0/TCP sip23.example.com
V :  SIP/2.0/TCP sip22.example.com
v :  SIP/2.0/TCP sip21.example.com
V  : SIP/2.0/TCP sip20.example.com
v  : SIP/2.0/TCP sip19.example.com
Via : SIP/2.0/TCP sip18.example.com
Via  : SIP/2.0/TCP sip17.example.com
Via: SIP/2.0/TCP sip16.example.com
Via: SIP/2.0/TCP sip15.example.com
Via: SIP/2.0/TCP sip14.example.com
Via: SIP/2.0/TCP sip13.example.com
Via: SIP/2.0/TCP sip12.example.com
Via: SIP/2.0/TCP sip11.example.com
Via: SIP/2.0/TCP sip10.example.com
Via: SIP/2.0/TCP sip9.example.com
Via: SIP/2.0/TCP sip8.example.com
Via: SIP/2.0/TCP sip7.example.com
Via: SIP/2.0/TCP sip6.example.com
Via: SIP/2.0/TCP sip5.example.com
Via: SIP/2.0/TCP sip4.example.com
Via: SIP/2.0/TCP sip3.example.com
Via: SIP/2.0/TCP sip2.example.com
Via: SIP/2.0/TCP sip1.example.com
Via: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=very${'long'.repeat(50)}branchvalue
Max-Forwards: 70
Contact: <sip:${'amazinglylongcallername'.repeat(5)}@host5.example.net>
Content-Type: application/sdp
l: 150

${offer('192.0.2.1')}`,
  }),
  defineTorture({
    name: 'dblreq',
    statement: '4475-3.1.1.8-1',
    title: 'REGISTER with a whole INVITE behind its end, in one datagram',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.125', branch: 'z9hG4bKkdjuw23492' },
    expects: takenOnce,
    carriedBy: 'datagram',
    text: `REGISTER sip:[domain] SIP/2.0
To: sip:j.user@[domain]
From: sip:j.user@[domain];tag=43251j3j324
Max-Forwards: 8
I: dblreq[unique].0ha0isndaksdj99sdfafnl3lk233412
Contact: sip:j.user@host.example.com
CSeq: 8 REGISTER
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Content-Length: 0


INVITE sip:joe@example.com SIP/2.0
t: sip:joe@example.com
From: sip:caller@example.net;tag=141334
Max-Forwards: 8
Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw380234
Content-Type: application/sdp
Content-Length: 150

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.15
s=-
c=IN IP4 192.0.2.15
t=0 0
m=audio 49217 RTP/AVP 0 12
m =video 3227 RTP/AVP 31
a=rtpmap:31 LPC

`,
  }),
  defineTorture({
    name: 'semiuri',
    statement: '4475-3.1.1.9-1',
    title: 'OPTIONS whose user part has a semicolon',
    original: { domain: 'example.com', transport: 'UDP', sentBy: '192.0.2.1', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `OPTIONS sip:user;par=u%40example.net@[domain] SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Call-ID: semiuri[unique].0ha0isndaksdj
CSeq: 8 OPTIONS
Accept: application/sdp, application/pkcs7-mime,
        multipart/mixed, multipart/signed,
        message/sip, message/sipfrag
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
l: 0

`,
  }),
  defineTorture({
    name: 'transports',
    statement: '4475-3.1.1.10-1',
    title: 'OPTIONS with Vias of many transports, one of them unknown',
    original: { domain: 'example.com', transport: 'UDP', sentBy: 't1.example.com', branch: 'z9hG4bKkdjuw' },
    expects: taken,
    text: `OPTIONS sip:user@[domain] SIP/2.0
To: sip:user@example.com
From: <sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID:  transports[unique].kijh4akdnaqjkwendsasfdj
Accept: application/sdp
CSeq: 60 OPTIONS
Via: SIP/2.0/[transport] [sentBy];branch=[branch]
Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf
Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj
Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en
Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee
l: 0

`,
  }),
]
