#include "srtp_context.h"

#include "big_endian.h"

namespace {
constexpr size_t kFixedHeaderBytes = 12;
constexpr uint8_t kVersionMask = 0xc0;
constexpr uint8_t kVersion2 = 0x80;
constexpr uint8_t kExtensionBit = 0x10;
constexpr uint8_t kCsrcMask = 0x0f;
}  // namespace

size_t rtpPayloadStart(const uint8_t* bytes, size_t length) {
  if (length < kFixedHeaderBytes || (bytes[0] & kVersionMask) != kVersion2) return 0;
  size_t start = kFixedHeaderBytes + (bytes[0] & kCsrcMask) * 4u;
  if (start > length) return 0;
  if ((bytes[0] & kExtensionBit) == 0) return start;
  if (start + 4 > length) return 0;
  start += 4 + 4u * readUint16(bytes + start + 2);
  return start > length ? 0 : start;
}
