// What a receiver knows of one stream (RFC 3550 6.4 and A), written straight into its row of JavaScript's table. It is
// what src/media/receive-statistics.ts is to JavaScript, where the figures are defined. Pure: arrival times come in.
#pragma once

#include <cstdint>
#include <vector>

#include "arrival_gap.h"
#include "event_receiver.h"
#include "interarrival_jitter.h"
#include "jitter_buffer.h"
#include "long_gaps.h"
#include "packet_fates.h"
#include "payload_types.h"
#include "rtp_header.h"
#include "sequence_window.h"
#include "stream_timeline.h"

/** Memory of JavaScript's: a place for each row. */
struct ReceiveColumns {
  uint32_t* packetsReceived;
  uint32_t* bytesReceived;
  uint32_t* packetsExpected;
  uint32_t* packetsReordered;
  uint32_t* packetsDuplicated;
  uint32_t* packetsLostAtStart;
  uint32_t* packetsDiscarded;
  uint32_t* ssrcReceived;
  uint32_t* sourceChanges;
  uint32_t* unexpectedSource;
  uint32_t* stalePackets;
  uint32_t* dtmfDigits;
  double* packetsLost;
  double* jitterMs;
  double* jitterMeanMs;
  double* jitterMaxMs;
  double* longestGapMs;
  double* firstPacketMs;
  double* lastPacketMs;
};

class ReceiveStatistics {
 public:
  struct Start {
    double unitsPerMs;
    double ptimeMs;
    JitterBufferSettings jitterBuffer;
    const PayloadTypes* payloadTypes;
  };

  /** The row is as JavaScript clears it. */
  ReceiveStatistics(const ReceiveColumns* columns, uint32_t row, const Start& start);
  ReceiveStatistics(const ReceiveStatistics&) = delete;
  ReceiveStatistics& operator=(const ReceiveStatistics&) = delete;

  /** By the payload type of a packet its timestamp is understood. */
  const PayloadTypes* payloadTypes;

  /** Takes a packet of `length` bytes whose header is valid. */
  void receive(const RtpHeader& header, const uint8_t* bytes, size_t length, double atMs);
  /** When the first packet at or after `nowMs` arrives, losses so far become losses at the start. Only once. */
  void markAnswered(double nowMs);
  void pause() { gap_.pause(); }
  /** Fraction lost since the last time, in 1/256 (RFC 3550 A.3). */
  int32_t closeInterval();

  double ptimeMs() const { return gap_.ptimeMs; }
  void setPtimeMs(double ms) { gap_.ptimeMs = ms; }
  bool heard() const { return heard_; }
  uint32_t ssrc() const { return ssrc_; }
  const SequenceWindow& window() const { return window_; }
  int64_t cumulativeLost() const { return window_.expected() - sourceReceived_; }
  double jitterUnits() const { return jitter_.units(); }
  /** Of the audio heard last; -1 before it. */
  int audioPayloadType() const { return audioPayloadType_; }
  const JitterBuffer& jitterBuffer() const { return jitterBuffer_; }
  const LongGaps& longGaps() const { return longGaps_; }
  const std::string& digits() const { return events_.digits(); }
  PacketFates fates() const;
  const StreamTimeline& timeline() const { return timeline_; }
  StreamTimeline::Totals totals() const;

 private:
  void firstPacket(const RtpHeader& header, double atMs);
  void changeSource(const RtpHeader& header);
  void startSource(const RtpHeader& header);
  /** False when the packet is a duplicate or not yet believed. */
  bool place(const RtpHeader& header);
  void useClock(double unitsPerMs);
  void updateLoss(double atMs);
  void updateGap(const RtpHeader& header, double atMs);
  void takeAudio(const RtpHeader& header, double atMs);
  void takeEvent(const RtpHeader& header, const uint8_t* bytes);

  const ReceiveColumns* columns_;
  uint32_t row_;
  bool heard_ = false;
  bool answered_ = false;
  uint32_t ssrc_ = 0;
  int64_t formerSsrc_ = -1;
  double unitsPerMs_;
  int audioPayloadType_ = -1;
  PacketFates fates_;
  SequenceWindow window_;
  ArrivalGap gap_;
  InterarrivalJitter jitter_;
  JitterBuffer jitterBuffer_;
  StreamTimeline timeline_;
  int64_t sourceReceived_ = 0;
  int64_t expectedBefore_ = 0;
  double answeredMs_;
  double changedMs_ = 0;
  int64_t intervalExpected_ = 0;
  int64_t intervalReceived_ = 0;
  LongGaps longGaps_;
  EventReceiver events_;
};
