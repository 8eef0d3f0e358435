// What became of the packets of a stream, told one by one in the order of their sequence numbers: bursts and gaps as
// RFC 3611 4.7.2 defines them. It is what src/media/packet-fates.ts is to JavaScript.
#pragma once

#include <cstdint>

struct BurstMetrics {
  /** Share of packets missing within bursts and within gaps, and their mean lengths; 0 where there was none. */
  double burstDensity;
  double gapDensity;
  double burstPackets;
  double gapPackets;
};

class PacketFates {
 public:
  int64_t expected = 0;
  int64_t lost = 0;
  int64_t discarded = 0;
  /** Runs of packets missing in sequence. */
  int64_t runs = 0;

  void received();
  /** Lost on the way, or `wasDiscarded` since it was of no use any more. */
  void missing(bool wasDiscarded);
  BurstMetrics burst() const;

 private:
  /** RFC 3611 4.7.2: so many received in sequence end a burst. */
  static constexpr int64_t kGapThreshold = 16;

  void endCluster();

  int64_t bursts_ = 0;
  int64_t burstPackets_ = 0;
  int64_t burstMissing_ = 0;
  /** The first burst began with the first packet. */
  bool burstFirst_ = false;
  /** Since the last missing one. */
  int64_t receivedSince_ = kGapThreshold;
  /** The cluster that has not ended: missing ones, and its length from the first to the last of them. */
  int64_t clusterMissing_ = 0;
  int64_t clusterPackets_ = 0;
  int64_t clusterStart_ = 0;
};
