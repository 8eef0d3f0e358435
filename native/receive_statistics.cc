#include "receive_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shared_column.h"

namespace {

/** For so long after a change of source, packets of the source before are stragglers. */
constexpr double kStragglerMs = 500;
constexpr double kNever = std::numeric_limits<double>::infinity();

}  // namespace

ReceiveStatistics::ReceiveStatistics(const ReceiveColumns* columns, uint32_t row, const Start& start)
    : payloadTypes(start.payloadTypes),
      columns_(columns),
      row_(row),
      unitsPerMs_(start.unitsPerMs),
      window_(&fates_),
      jitter_(start.unitsPerMs),
      jitterBuffer_(start.jitterBuffer, start.unitsPerMs),
      answeredMs_(kNever) {
  gap_.ptimeMs = start.ptimeMs;
}

void ReceiveStatistics::receive(const RtpHeader& header, const uint8_t* bytes, size_t length, double atMs) {
  if (!heard_) {
    firstPacket(header, atMs);
  } else if (header.ssrc != ssrc_) {
    if (header.ssrc == formerSsrc_ && atMs - changedMs_ < kStragglerMs) {
      increase(&columns_->stalePackets[row_], 1);
      return;
    }
    formerSsrc_ = ssrc_;
    changedMs_ = atMs;
    changeSource(header);
  } else if (!place(header)) {
    return;
  }
  if (atMs >= timeline_.endMs()) timeline_.close(atMs, totals());
  useClock(payloadTypes->unitsPerMs[header.payloadType]);
  increase(&columns_->packetsReceived[row_], 1);
  increase(&columns_->bytesReceived[row_], static_cast<uint32_t>(length));
  sourceReceived_++;
  updateLoss(atMs);
  updateGap(header, atMs);
  if (payloadTypes->isEvent(header.payloadType)) takeEvent(header, bytes);
  else takeAudio(header, atMs);
}

void ReceiveStatistics::markAnswered(double nowMs) {
  if (!answered_) answeredMs_ = nowMs;
  answered_ = true;
}

int32_t ReceiveStatistics::closeInterval() {
  const int64_t expected = window_.expected() - intervalExpected_;
  const int64_t lost = expected - (sourceReceived_ - intervalReceived_);
  intervalExpected_ = window_.expected();
  intervalReceived_ = sourceReceived_;
  if (expected <= 0 || lost <= 0) return 0;
  return static_cast<int32_t>(std::min<int64_t>(255, lost * 256 / expected));
}

PacketFates ReceiveStatistics::fates() const {
  PacketFates fates = fates_;
  if (heard_) window_.settleAll(&fates);
  return fates;
}

StreamTimeline::Totals ReceiveStatistics::totals() const {
  return {static_cast<double>(columns_->packetsExpected[row_]), columns_->packetsLost[row_],
          static_cast<double>(columns_->packetsDiscarded[row_]), columns_->jitterMs[row_]};
}

void ReceiveStatistics::firstPacket(const RtpHeader& header, double atMs) {
  heard_ = true;
  put(&columns_->firstPacketMs[row_], atMs);
  timeline_.begin(atMs);
  startSource(header);
}

void ReceiveStatistics::changeSource(const RtpHeader& header) {
  expectedBefore_ += window_.expected();
  window_.settleAll(&fates_);
  increase(&columns_->sourceChanges[row_], 1);
  startSource(header);
}

void ReceiveStatistics::startSource(const RtpHeader& header) {
  ssrc_ = header.ssrc;
  put(&columns_->ssrcReceived[row_], header.ssrc);
  window_.start(header.sequence);
  gap_.restart();
  jitter_.restart(unitsPerMs_);
  intervalExpected_ = 0;
  intervalReceived_ = 0;
  sourceReceived_ = 0;
  jitterBuffer_.restart(unitsPerMs_);
  events_.restart();
}

bool ReceiveStatistics::place(const RtpHeader& header) {
  switch (window_.place(header.sequence)) {
    case SequenceWindow::Placement::kAhead:
      return true;
    case SequenceWindow::Placement::kLate:
      increase(&columns_->packetsReordered[row_], 1);
      return true;
    case SequenceWindow::Placement::kRestart:
      changeSource(header);
      return true;
    case SequenceWindow::Placement::kDuplicate:
      increase(&columns_->packetsDuplicated[row_], 1);
      return false;
    case SequenceWindow::Placement::kUnbelieved:
      increase(&columns_->stalePackets[row_], 1);
      return false;
  }
  return false;
}

/** Timestamps of another clock rate cannot be compared with those before. */
void ReceiveStatistics::useClock(double unitsPerMs) {
  if (unitsPerMs == unitsPerMs_) return;
  unitsPerMs_ = unitsPerMs;
  jitter_.restart(unitsPerMs);
  jitterBuffer_.restart(unitsPerMs);
  gap_.restart();
}

void ReceiveStatistics::updateLoss(double atMs) {
  const int64_t expected = expectedBefore_ + window_.expected();
  const int64_t lost = expected - columns_->packetsReceived[row_];
  put(&columns_->packetsExpected[row_], static_cast<uint32_t>(expected));
  put(&columns_->packetsLost[row_], static_cast<double>(lost));
  put(&columns_->lastPacketMs[row_], atMs);
  if (!(atMs >= answeredMs_)) return;
  put(&columns_->packetsLostAtStart[row_], static_cast<uint32_t>(std::max<int64_t>(0, lost)));
  answeredMs_ = kNever;
  fates_ = PacketFates();
  window_.forgive();
}

void ReceiveStatistics::updateGap(const RtpHeader& header, double atMs) {
  const bool silence = payloadTypes->isSilence(header.payloadType, header.payloadEnd - header.payloadStart);
  const double gapMs = gap_.push({header.sequence, header.timestamp, header.marker, silence}, unitsPerMs_, atMs);
  if (std::isnan(gapMs)) return;
  timeline_.gap(gapMs);
  longGaps_.push(atMs, gapMs);
  // NaN before the first.
  if (!(gapMs <= columns_->longestGapMs[row_])) put(&columns_->longestGapMs[row_], std::max(0.0, gapMs));
}

void ReceiveStatistics::takeAudio(const RtpHeader& header, double atMs) {
  audioPayloadType_ = header.payloadType;
  jitter_.push(header.timestamp, atMs);
  put(&columns_->jitterMs[row_], jitter_.ms());
  put(&columns_->jitterMeanMs[row_], jitter_.meanMs());
  put(&columns_->jitterMaxMs[row_], jitter_.maxMs());
  if (jitterBuffer_.take(atMs, header.timestamp)) return;
  increase(&columns_->packetsDiscarded[row_], 1);
  window_.discard(header.sequence);
}

void ReceiveStatistics::takeEvent(const RtpHeader& header, const uint8_t* bytes) {
  const size_t length = header.payloadEnd - header.payloadStart;
  const bool began = events_.push(bytes + header.payloadStart, length, header.timestamp, unitsPerMs_);
  if (began) increase(&columns_->dtmfDigits[row_], 1);
}
