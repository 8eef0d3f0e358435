#include "jitter_buffer.h"

#include <algorithm>
#include <cmath>

namespace {

// As in src/media/jitter-buffer.ts.
constexpr double kDriftPerMs = 200e-6;
constexpr int kLateForRestart = 10;
constexpr double kClockRestartMs = 10000;
constexpr double kMeanWeight = 1.0 / 32;
constexpr double kShrinkWeight = 1.0 / 64;

}  // namespace

void JitterBuffer::restart(double unitsPerMs) {
  unitsPerMs_ = unitsPerMs;
  fastestMs_ = std::numeric_limits<double>::quiet_NaN();
}

bool JitterBuffer::take(double atMs, uint32_t timestamp) {
  const double stepMs = static_cast<int32_t>(timestamp - lastTimestamp_) / unitsPerMs_;
  lastTimestamp_ = timestamp;
  mediaMs_ += stepMs;
  const double transitMs = atMs - mediaMs_;
  // Also where nothing was fastest yet.
  if (!(std::fabs(transitMs - fastestMs_) <= kClockRestartMs)) begin(transitMs);
  else fastestMs_ = std::min(transitMs, fastestMs_ + kDriftPerMs * std::max(0.0, atMs - lastArrivalMs_));
  lastArrivalMs_ = atMs;
  const double lateMs = transitMs - fastestMs_;
  if (lateMs > delayMs_) {
    miss(transitMs, lateMs);
    return false;
  }
  lateInSequence_ = 0;
  heldSumMs_ += delayMs_ - lateMs;
  held_++;
  adapt(lateMs);
  return true;
}

void JitterBuffer::begin(double transitMs) {
  fastestMs_ = transitMs;
  lateInSequence_ = 0;
  meanMs_ = 0;
  deviationMs_ = 0;
}

void JitterBuffer::miss(double transitMs, double lateMs) {
  lateInSequence_++;
  if (lateInSequence_ >= kLateForRestart) begin(transitMs);
  else adapt(lateMs);
}

void JitterBuffer::adapt(double lateMs) {
  if (settings_.isFixed) return;
  meanMs_ += (lateMs - meanMs_) * kMeanWeight;
  deviationMs_ += (std::fabs(lateMs - meanMs_) - deviationMs_) * kMeanWeight;
  const double wanted = std::max(settings_.minMs, meanMs_ + 4 * deviationMs_);
  const double target = std::min(settings_.maxMs, lateMs > delayMs_ ? std::max(lateMs, wanted) : wanted);
  delayMs_ += target >= delayMs_ ? target - delayMs_ : (target - delayMs_) * kShrinkWeight;
}
