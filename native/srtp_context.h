// What one master key makes for one side: the ciphers of both protocols, and where index, MKI and tag stand.
#pragma once

#include <string>

#include "srtp_cipher.h"
#include "srtp_keys.h"

/** SRTCP's word of the E flag and the index (RFC 3711 3.4). */
constexpr size_t kRtcpIndexBytes = 4;
/** RTCP's header and SSRC go in clear (RFC 3711 3.4). */
constexpr size_t kRtcpClearBytes = 8;
constexpr uint32_t kEncryptedFlag = 0x80000000;

/** Where the payload of an RTP packet starts (RFC 3550 5.1); 0 when the bytes are no RTP packet. */
size_t rtpPayloadStart(const uint8_t* bytes, size_t length);

struct SrtpContext {
  explicit SrtpContext(const SrtpMasterKey& master)
      : suite(*master.suite), mki(master.mki), rtp(master, SrtpProtocol::kRtp), rtcp(master, SrtpProtocol::kRtcp) {}

  /** What follows the payload of an RTP and of an RTCP packet. */
  size_t rtpTrailerBytes() const { return suite.rtpTagBytes + mki.size(); }
  size_t rtcpTrailerBytes() const { return suite.rtcpTagBytes + kRtcpIndexBytes + mki.size(); }

  const SrtpSuite& suite;
  const std::string mki;
  const SrtpCipher rtp;
  const SrtpCipher rtcp;
};

/**
 * Places of the trailer after a packet that ends at `end`. AEAD's tag belongs to the ciphertext, so index and MKI come
 * after it (RFC 7714 9.4); HMAC's comes last.
 */
struct SrtpTrailer {
  SrtpTrailer(const SrtpContext& context, size_t end, SrtpProtocol protocol) {
    const bool isRtcp = protocol == SrtpProtocol::kRtcp;
    const size_t tagBytes = isRtcp ? context.suite.rtcpTagBytes : context.suite.rtpTagBytes;
    const size_t indexBytes = isRtcp ? kRtcpIndexBytes : 0;
    indexAt = context.suite.aead ? end + tagBytes : end;
    mkiAt = indexAt + indexBytes;
    tagAt = context.suite.aead ? end : mkiAt + context.mki.size();
  }

  /** Of the ESRTCP word. */
  size_t indexAt;
  size_t mkiAt;
  size_t tagAt;
};
