// The header of an RTP packet (RFC 3550 5.1), as src/media/rtp/rtp-header.ts reads it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "big_endian.h"

/** Whether it is neither RTCP (RFC 5761 4) nor what else may come to the same port (RFC 7983 7). */
inline bool looksLikeRtp(const uint8_t* bytes, size_t length) {
  return length > 1 && (bytes[0] & 0xc0) == 0x80 && (bytes[1] < 192 || bytes[1] > 223);
}

/** RFC 5761 4. */
inline bool looksLikeRtcp(const uint8_t* bytes, size_t length) {
  return length > 1 && (bytes[0] & 0xc0) == 0x80 && bytes[1] >= 192 && bytes[1] <= 223;
}

/** RFC 7983 7. */
inline bool looksLikeStun(const uint8_t* bytes, size_t length) { return length > 0 && bytes[0] <= 3; }

struct RtpHeader {
  static constexpr size_t kFixedBytes = 12;

  bool marker = false;
  uint8_t payloadType = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  /** Where the payload begins and, without padding, ends. */
  size_t payloadStart = 0;
  size_t payloadEnd = 0;

  /** Whether there is enough that looks like RTP for an SSRC. */
  static bool isLikely(const uint8_t* bytes, size_t length) { return length >= kFixedBytes && looksLikeRtp(bytes, length); }
  static uint32_t ssrcOf(const uint8_t* bytes) { return readUint32(bytes + 8); }

  /** False for what is no valid RTP packet, or looks like RTCP. */
  bool read(const uint8_t* bytes, size_t length);
};

inline bool RtpHeader::read(const uint8_t* bytes, size_t length) {
  if (!isLikely(bytes, length)) return false;
  marker = (bytes[1] & 0x80) != 0;
  payloadType = bytes[1] & 0x7f;
  sequence = readUint16(bytes + 2);
  timestamp = readUint32(bytes + 4);
  ssrc = ssrcOf(bytes);
  payloadStart = kFixedBytes + static_cast<size_t>(bytes[0] & 0x0f) * 4;
  if ((bytes[0] & 0x10) != 0) {
    if (payloadStart + 4 > length) return false;
    payloadStart += 4 + 4 * static_cast<size_t>(readUint16(bytes + payloadStart + 2));
  }
  if (payloadStart > length) return false;
  payloadEnd = length;
  if ((bytes[0] & 0x20) == 0) return true;
  const size_t padding = bytes[length - 1];
  if (padding == 0 || payloadStart + padding > length) return false;
  payloadEnd = length - padding;
  return true;
}
