import { all, at, change, drop, insert, type Mutant } from '../mutation.js'

/** Offers and answers. */
export const rfc3264: Readonly<Record<string, Mutant>> = {
  '3264-4-3': {
    flow: 'hold',
    mutate: all(
      at(7, 6000),
      at(8, 6010),
      insert(11, 5800, (text) =>
        text
          .replace('3 INVITE', '2 UPDATE')
          .replace('INVITE', 'UPDATE')
          .replace('-a14', '-a19')
          .replace('line=3', 'line=9'),
      ),
      drop(10, 11, 12, 13, 14, 15, 16),
    ),
    also: ['3264-8-4'],
  },
  '3264-4-4': {
    flow: 'hold',
    mutate: insert(11, 7510, (text) => text.replace('3 INVITE', '4 INVITE').replace('-a14', '-a19')),
    also: ['3261-14.1-4'],
  },
  '3264-5-1': { flow: 'refused', mutate: change(4, 's=-\n', '') },
  '3264-5-3': { flow: 'sdp', mutate: change(2, 'o=bob 22 1', 'o=bob 22000000000000000000 1'), also: ['3264-8-4'] },
  '3264-5-4': { flow: 'refused', mutate: change(4, 'o=alice 2890844526 1', 'o=alice 2890844526 4611686018427387904') },
  '3264-5-5': { flow: 'refused', mutate: change(4, 'a=sendrecv\n', 'a=sendrecv\nv=0\n') },
  '3264-5.1-15': { flow: 'refused', mutate: change(4, 'a=ptime:20', 'a=ptime:0') },
  '3264-6-1': {
    flow: 'redirect',
    mutate: change(5, 'o=bob 2808844564 1 IN IP4 10.0.0.2', 'o=alice 2890844526 1 IN IP4 10.0.0.1'),
  },
  '3264-6-2': { flow: 'sdp', mutate: change(8, /m=audio 7010[\s\S]*/, ''), also: ['3264-6-3', '3264-8-5', '3264-8-7'] },
  '3264-6-3': { flow: 'call', mutate: change(4, 'a=sendrecv\n', 'a=sendrecv\nm=video 7010 RTP/AVP 31\n') },
  '3264-6-5': { flow: 'call', mutate: change(4, 't=0 0', 't=0 1') },
  '3264-6-9': { flow: 'refused', mutate: change(4, 'm=audio 6000 RTP/AVP 0 101', 'm=audio 6000 RTP/AVP') },
  '3264-6.1-1': { flow: 'call', mutate: change(4, 'c=IN IP4 10.0.0.2', 'c=IN IP4 224.2.2.2/127') },
  '3264-6.1-2': { flow: 'call', mutate: change(4, 'RTP/AVP', 'RTP/SAVP') },
  '3264-6.1-3': { flow: 'hold', mutate: change(7, 'recvonly', 'sendrecv') },
  '3264-6.1-4': { flow: 'sdp', mutate: change(2, 'sendonly', 'recvonly') },
  '3264-6.1-6': { flow: 'hold', mutate: change(12, 'inactive', 'sendrecv') },
  '3264-6.1-7': { flow: 'call', mutate: change(4, /m=audio.*\n(a=rtpmap.*\n)+/, 'm=audio 7000 RTP/AVP 8\n') },
  '3264-6.1-12': { flow: 'call', mutate: change(4, 'c=IN IP4 10.0.0.2\n', ''), also: ['3264-5-1'] },
  '3264-6.1-14': { flow: 'call', mutate: change(4, 'a=rtpmap:101 telephone-event/8000\n', '') },
  '3264-6.1-19': { flow: 'sdp', mutate: all(drop(4, 5, 6, 7, 8, 9), change(2, 'octet-align=1', 'octet-align=0')) },
  '3264-6.2-1': { flow: 'multicast-session', mutate: change(2, 'm=audio 6000', 'm=audio 6002') },
  '3264-6.2-2': { flow: 'multicast-session', mutate: change(2, 'recvonly', 'sendonly') },
  '3264-6.2-3': { flow: 'multicast-session', mutate: change(2, 'RTP/AVP 0 8', 'RTP/AVP 0 8 9') },
  '3264-6.2-4': { flow: 'multicast-session', mutate: change(2, 'ptime:20', 'ptime:30') },
  '3264-8-4': { flow: 'sdp', mutate: all(drop(7, 8, 9), change(5, 'o=bob 22 2', 'o=bob 23 2')) },
  '3264-8-5': { flow: 'sdp', mutate: all(drop(7, 8, 9), change(5, 'o=bob 22 2', 'o=bob 22 1')) },
  '3264-8-7': { flow: 'sdp', mutate: change(8, /m=audio 7010[\s\S]*/, ''), also: ['3264-6-2', '3264-6-3', '3264-8-5'] },
  '3264-8-8': {
    flow: 'sdp',
    mutate: all(drop(7, 8, 9), change(4, 'm=audio 6000', 'm=text 6000'), change(5, 'm=audio 7000', 'm=text 7000')),
    also: ['3264-8.1-1'],
  },
  '3264-8-9': {
    flow: 'sdp',
    mutate: all(
      change(7, /m=audio 6010[\s\S]*/, ''),
      change(7, 'o=alice 11 2', 'o=alice 11 3'),
      change(8, /m=audio 7010[\s\S]*/, ''),
      change(8, 'o=bob 22 2', 'o=bob 22 3'),
    ),
  },
  '3264-8.1-1': {
    flow: 'sdp',
    mutate: all(drop(7, 8, 9), change(4, 'm=audio 6000', 'm=text 6000'), change(5, 'm=audio 7000', 'm=text 7000')),
    also: ['3264-8-8'],
  },
  '3264-8.2-2': { flow: 'sdp', mutate: all(drop(4, 5, 6, 7, 8, 9), change(2, 'm=video 0', 'm=video 7002')) },
  '3264-8.3.2-3': {
    flow: 'sdp',
    mutate: all(
      drop(7, 8, 9),
      change(4, '97 AMR/8000', '97 AMR-WB/16000'),
      change(5, '97 AMR/8000', '97 AMR-WB/16000'),
    ),
    also: [],
  },
  '3264-8.4-2': {
    flow: 'sdp',
    mutate: all(drop(7, 8, 9), change(4, 'm=audio 6000', 'm=audio 0'), change(5, 'm=audio 7000', 'm=audio 0')),
  },
  '3264-9-1': { flow: 'capability', mutate: change(2, 's=-\n', '') },
  '3264-9-2': { flow: 'capability', mutate: change(2, 't=0 0', 't=1 2') },
  '3264-9-5': { flow: 'capability', mutate: change(2, 'm=audio 0', 'm=audio 6000') },
  '3264-9-7': { flow: 'capability', mutate: change(2, 'a=rtpmap:97 iLBC/8000\n', '') },
}
