#include "stream_timeline.h"

#include <algorithm>
#include <cmath>

namespace {

float sum(float one, float two) {
  return static_cast<float>(static_cast<double>(one) + two);
}

}  // namespace

void StreamTimeline::begin(double atMs) {
  startMs_ = atMs;
  endMs_ = atMs + stepMs_;
}

void StreamTimeline::close(double atMs, const Totals& totals) {
  push(totals);
  while (atMs >= endMs_) push(totals);
}

std::vector<StreamTimeline::Row> StreamTimeline::rows(const Totals& totals) const {
  std::vector<Row> all = rows_;
  all.push_back(grown(totals));
  return all;
}

StreamTimeline::Row StreamTimeline::grown(const Totals& totals) const {
  return {static_cast<float>(totals.expected - before_.expected), static_cast<float>(totals.lost - before_.lost),
          static_cast<float>(totals.discarded - before_.discarded),
          std::isnan(totals.jitterMs) ? 0 : static_cast<float>(totals.jitterMs), static_cast<float>(gapMs_)};
}

void StreamTimeline::push(const Totals& totals) {
  if (rows_.size() == kMaxSteps) halve();
  rows_.push_back(grown(totals));
  before_ = totals;
  gapMs_ = 0;
  endMs_ += stepMs_;
}

/** Every two steps become one. The step that is being pushed begins where the last pair ended. */
void StreamTimeline::halve() {
  for (size_t row = 0; row < rows_.size() / 2; row++) {
    const Row& one = rows_[2 * row];
    const Row& two = rows_[2 * row + 1];
    rows_[row] = {sum(one.expected, two.expected), sum(one.lost, two.lost), sum(one.discarded, two.discarded),
                  two.jitterMs, std::max(one.gapMs, two.gapMs)};
  }
  rows_.resize(rows_.size() / 2);
  stepMs_ *= 2;
}
