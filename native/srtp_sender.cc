#include "srtp_sender.h"

#include <cstring>

#include "big_endian.h"

namespace {
/** SRTCP's index has 31 bits (RFC 3711 3.4). */
constexpr uint32_t kRtcpIndexMask = 0x7fffffff;

bool fits(size_t length, size_t overhead, size_t room) {
  return overhead <= room && length <= room - overhead;
}
}  // namespace

PacketIndex& SrtpSender::indexOf(uint32_t ssrc) {
  if (lastSsrc_ != ssrc) {
    rtpIndexes_[lastSsrc_] = last_;
    last_ = rtpIndexes_[ssrc];
    lastSsrc_ = ssrc;
  }
  return last_;
}

size_t SrtpSender::protectRtp(uint8_t* packet, size_t length, size_t room) {
  if (!fits(length, rtpOverheadBytes(), room)) return 0;
  const size_t start = rtpPayloadStart(packet, length);
  if (start == 0) return 0;
  const uint16_t sequence = readUint16(packet + 2);
  const uint32_t ssrc = readUint32(packet + 8);
  PacketIndex& index = indexOf(ssrc);
  const uint32_t rollover = index.rolloverOf(sequence);
  index.advance(rollover, sequence);
  const SrtpTrailer at(context_, length, SrtpProtocol::kRtp);
  const uint64_t number = static_cast<uint64_t>(rollover) << 16 | sequence;
  context_.rtp.seal({packet, start, length, ssrc, number, rollover, packet + at.tagAt});
  memcpy(packet + at.mkiAt, context_.mki.data(), context_.mki.size());
  return length + rtpOverheadBytes();
}

size_t SrtpSender::protectRtcp(uint8_t* packet, size_t length, size_t room) {
  if (length < kRtcpClearBytes || !fits(length, rtcpOverheadBytes(), room)) return 0;
  const uint32_t ssrc = readUint32(packet + 4);
  uint32_t& next = rtcpIndexes_[ssrc];
  const uint32_t index = next;
  next = (index + 1) & kRtcpIndexMask;
  const uint32_t word = kEncryptedFlag | index;
  const SrtpTrailer at(context_, length, SrtpProtocol::kRtcp);
  context_.rtcp.seal({packet, kRtcpClearBytes, length, ssrc, index, word, packet + at.tagAt});
  writeUint32(packet + at.indexAt, word);
  memcpy(packet + at.mkiAt, context_.mki.data(), context_.mki.size());
  return length + rtcpOverheadBytes();
}
