#include "received_stream.h"

#include "shared_column.h"

namespace {

/** So far past the end of an earlier stream (a minute of 20 ms packets) its packets are still known as leftovers. */
constexpr int kLeftoverPackets = 3000;
/** So long after a packet from where they are expected, those from elsewhere are a stranger's. */
constexpr double kAliveMs = 1000;

}  // namespace

void ReceivedStream::expectFrom(const ExpectedSource& expected) {
  const bool isSame = source.isKnown && source.remote == expected.remote;
  const double heardMs = isSame ? source.heardMs : expected.heardMs;
  source = expected;
  source.heardMs = heardMs;
}

void ReceivedStream::rememberSource(uint32_t ssrc, uint16_t sequence) {
  formerSsrc_ = ssrc;
  formerSequence_ = sequence;
}

ReceivedStream::Left ReceivedStream::take(uint8_t* bytes, size_t* length, const SocketAddress& from, double atMs) {
  RtpHeader header;
  if (!header.read(bytes, *length)) return Left::kAll;
  if (source.policy == ExpectedSource::Policy::kAsk && isToAsk(header, from)) return Left::kAll;
  if (isLeftover(header)) {
    increase(&columns_->stalePackets[row_], 1);
    return Left::kNothing;
  }
  if (srtp != nullptr && (!unprotect(bytes, length) || !header.read(bytes, *length))) return Left::kAll;
  bool isMoved = false;
  if (!acceptFrom(from, atMs, &isMoved)) return Left::kNothing;
  statistics.receive(header, bytes, *length, atMs);
  if (!isExpecting) statistics.pause();
  // JavaScript has to send elsewhere from now on.
  return isHeard || isMoved ? Left::kHearing : Left::kNothing;
}

/** Whether padding is valid shows only in clear: that is for JavaScript. */
bool ReceivedStream::unprotect(uint8_t* bytes, size_t* length) {
  constexpr uint8_t kPaddingBit = 0x20;
  if ((bytes[0] & kPaddingBit) != 0) return false;
  std::lock_guard<std::mutex> lock(srtp->mutex);
  const SrtpResult result = srtp->receiver.unprotectRtp(bytes, *length);
  if (result.isClear) *length = result.length;
  return result.isClear;
}

bool ReceivedStream::isToAsk(const RtpHeader& header, const SocketAddress& from) const {
  return !(from == source.remote) || !source.includes(header.ssrc) ||
         !statistics.payloadTypes->isNamed(header.payloadType);
}

bool ReceivedStream::acceptFrom(const SocketAddress& from, double atMs, bool* isMoved) {
  if (source.isKnown && !(from == source.remote)) {
    increase(&columns_->unexpectedSource[row_], 1);
    if (source.policy == ExpectedSource::Policy::kReject || atMs - source.heardMs < kAliveMs) return false;
    if (source.policy == ExpectedSource::Policy::kTake) return true;
    *isMoved = true;
    source.remote = from;
  }
  source.heardMs = atMs;
  return true;
}

bool ReceivedStream::isLeftover(const RtpHeader& header) const {
  return header.ssrc == formerSsrc_ &&
         static_cast<uint16_t>(header.sequence - formerSequence_ - 1) < kLeftoverPackets;
}
