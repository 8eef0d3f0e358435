#include "packet_fates.h"

namespace {

double ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void PacketFates::received() {
  expected++;
  receivedSince_++;
  if (receivedSince_ == kGapThreshold) endCluster();
}

void PacketFates::missing(bool wasDiscarded) {
  if (wasDiscarded) discarded++;
  else lost++;
  if (clusterMissing_ == 0) {
    clusterStart_ = expected;
    clusterPackets_ = 1;
    runs++;
  } else {
    clusterPackets_ += receivedSince_ + 1;
    if (receivedSince_ > 0) runs++;
  }
  clusterMissing_++;
  receivedSince_ = 0;
  expected++;
}

BurstMetrics PacketFates::burst() const {
  PacketFates at = *this;
  const bool endsInBurst = at.clusterMissing_ > 1 && at.receivedSince_ == 0;
  at.endCluster();
  const int64_t gapPackets = at.expected - at.burstPackets_;
  const int64_t gapMissing = at.lost + at.discarded - at.burstMissing_;
  const int64_t gaps = at.bursts_ + 1 - (at.burstFirst_ ? 1 : 0) - (endsInBurst ? 1 : 0);
  return {ratio(at.burstMissing_, at.burstPackets_), ratio(gapMissing, gapPackets), ratio(at.burstPackets_, at.bursts_),
          gapPackets == 0 ? 0 : ratio(gapPackets, gaps)};
}

void PacketFates::endCluster() {
  if (clusterMissing_ > 1) {
    if (clusterStart_ == 0) burstFirst_ = true;
    bursts_++;
    burstPackets_ += clusterPackets_;
    burstMissing_ += clusterMissing_;
  }
  clusterMissing_ = 0;
}
