#include "srtp_receiver.h"

#include <cstring>

#include "big_endian.h"

namespace {

constexpr uint8_t kVersionMask = 0xc0;
constexpr uint8_t kVersion2 = 0x80;

SrtpFailure failureOf(ReplayWindow::Verdict verdict) {
  return verdict == ReplayWindow::Verdict::kReplayed ? SrtpFailure::kReplayed : SrtpFailure::kTooOld;
}

/** A context without an MKI takes every packet. */
bool carriesMki(const uint8_t* packet, size_t length, const SrtpContext& context, SrtpProtocol protocol) {
  const size_t bytes = context.mki.size();
  const size_t tagBytes = protocol == SrtpProtocol::kRtp ? context.suite.rtpTagBytes : context.suite.rtcpTagBytes;
  const size_t fromEnd = bytes + (context.suite.aead ? 0 : tagBytes);
  return bytes == 0 || (length >= fromEnd && memcmp(packet + length - fromEnd, context.mki.data(), bytes) == 0);
}

}  // namespace

void SrtpReceiver::addKey(const SrtpMasterKey& master) {
  if (first_.has_value()) further_.emplace_back(master);
  else first_.emplace(master);
}

const SrtpContext* SrtpReceiver::contextOf(const uint8_t* packet, size_t length, SrtpProtocol protocol) const {
  if (first_.has_value() && carriesMki(packet, length, *first_, protocol)) return &*first_;
  for (const auto& context : further_) {
    if (carriesMki(packet, length, context, protocol)) return &context;
  }
  return nullptr;
}

SrtpReceiver::Source* SrtpReceiver::known(uint32_t ssrc) {
  if (hasLast_ && lastSsrc_ == ssrc) return &last_;
  const auto place = sources_.find(ssrc);
  return place == sources_.end() ? nullptr : &place->second;
}

SrtpReceiver::Source& SrtpReceiver::keep(uint32_t ssrc) {
  if (hasLast_ && lastSsrc_ == ssrc) return last_;
  if (hasLast_) sources_[lastSsrc_] = last_;
  last_ = sources_[ssrc];
  lastSsrc_ = ssrc;
  hasLast_ = true;
  return last_;
}

SrtpResult SrtpReceiver::unprotectRtp(uint8_t* packet, size_t length) {
  const size_t start = rtpPayloadStart(packet, length);
  if (start == 0) return SrtpFailure::kBadHeader;
  const SrtpContext* context = contextOf(packet, length, SrtpProtocol::kRtp);
  if (context == nullptr) return SrtpFailure::kUnknownMki;
  if (length < start + context->rtpTrailerBytes()) return SrtpFailure::kTooShort;
  const size_t end = length - context->rtpTrailerBytes();
  const uint16_t sequence = readUint16(packet + 2);
  const uint32_t ssrc = readUint32(packet + 8);
  const Source* source = known(ssrc);
  const uint32_t rollover = source == nullptr ? 0 : source->index.rolloverOf(sequence);
  const uint64_t index = static_cast<uint64_t>(rollover) << 16 | sequence;
  if (source != nullptr) {
    const ReplayWindow::Verdict verdict = source->rtp.check(index);
    if (verdict != ReplayWindow::Verdict::kNew) return failureOf(verdict);
  }
  const SrtpTrailer at(*context, end, SrtpProtocol::kRtp);
  if (!context->rtp.open({packet, start, end, ssrc, index, rollover, packet + at.tagAt})) {
    return SrtpFailure::kAuthFailed;
  }
  Source& kept = keep(ssrc);
  kept.rtp.accept(index);
  kept.index.advance(rollover, sequence);
  return end;
}

SrtpResult SrtpReceiver::unprotectRtcp(uint8_t* packet, size_t length) {
  if (length < kRtcpClearBytes || (packet[0] & kVersionMask) != kVersion2) return SrtpFailure::kBadHeader;
  const SrtpContext* context = contextOf(packet, length, SrtpProtocol::kRtcp);
  if (context == nullptr) return SrtpFailure::kUnknownMki;
  if (length < kRtcpClearBytes + context->rtcpTrailerBytes()) return SrtpFailure::kTooShort;
  const size_t end = length - context->rtcpTrailerBytes();
  const SrtpTrailer at(*context, end, SrtpProtocol::kRtcp);
  const uint32_t word = readUint32(packet + at.indexAt);
  const uint32_t index = word & ~kEncryptedFlag;
  const uint32_t ssrc = readUint32(packet + 4);
  if (const Source* source = known(ssrc)) {
    const ReplayWindow::Verdict verdict = source->rtcp.check(index);
    if (verdict != ReplayWindow::Verdict::kNew) return failureOf(verdict);
  }
  const size_t start = (word & kEncryptedFlag) != 0 ? kRtcpClearBytes : end;
  if (!context->rtcp.open({packet, start, end, ssrc, index, word, packet + at.tagAt})) {
    return SrtpFailure::kAuthFailed;
  }
  keep(ssrc).rtcp.accept(index);
  return end;
}
