// Protects what one side sends under one master key, for any number of SSRCs (RFC 3711 3.3, 3.4). Knows no socket and no
// JavaScript. RTP and RTCP share nothing that changes: each may be in the hands of another thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "packet_index.h"
#include "srtp_context.h"

class SrtpSender {
 public:
  /** Takes a key that fits its suite. */
  explicit SrtpSender(const SrtpMasterKey& master) : context_(master) {}

  /** The longest tag and the longest MKI. */
  static constexpr size_t kMostOverheadBytes = 16 + SrtpMasterKey::kMostMkiBytes;
  /** By so much a packet grows. */
  size_t rtpOverheadBytes() const { return context_.rtpTrailerBytes(); }
  size_t rtcpOverheadBytes() const { return context_.rtcpTrailerBytes(); }

  /**
   * Protects an RTP packet of `length` bytes in place and returns its new length; 0 when it is no RTP packet, or when
   * `room` is not enough for the overhead, and then it is as it was.
   */
  size_t protectRtp(uint8_t* packet, size_t length, size_t room);
  /** The same for a compound RTCP packet. */
  size_t protectRtcp(uint8_t* packet, size_t length, size_t room);

 private:
  PacketIndex& indexOf(uint32_t ssrc);

  SrtpContext context_;
  /** Nearly every packet is of the source of the one before, whose index is here and not among the others. */
  uint32_t lastSsrc_ = 0;
  PacketIndex last_;
  std::unordered_map<uint32_t, PacketIndex> rtpIndexes_;
  /** Of the next packet. */
  std::unordered_map<uint32_t, uint32_t> rtcpIndexes_;
};
