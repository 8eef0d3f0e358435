// What becomes of the packets of one stream: those that are plain and its own are counted where they arrive, and only
// what JavaScript has to see goes on to it. It knows neither sockets nor threads.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>

#include "brief_lock.h"
#include "receive_statistics.h"
#include "socket_address.h"
#include "srtp_receiver.h"

/** Whose packets a stream expects, and what it does with those from elsewhere. */
struct ExpectedSource {
  /** kAsk: JavaScript decides, as it does on sources and payload types that were not described. */
  enum class Policy { kTake, kReject, kLatch, kAsk };
  static constexpr size_t kMostSsrcs = 4;

  /** The empty address: from anywhere. */
  SocketAddress remote;
  bool isKnown = false;
  Policy policy = Policy::kTake;
  /** Of kAsk; none: any. In place, since every packet is held against them. */
  std::array<uint32_t, kMostSsrcs> ssrcs = {};
  size_t ssrcCount = 0;
  /** When something last came from there. */
  double heardMs = -std::numeric_limits<double>::infinity();

  bool includes(uint32_t ssrc) const {
    const auto end = ssrcs.begin() + ssrcCount;
    return ssrcCount == 0 || std::find(ssrcs.begin(), end, ssrc) != end;
  }
};

class ReceivedStream {
 public:
  /** What is left to do with a packet: all, only to hand it to who listens, or nothing. */
  enum class Left { kAll, kHearing, kNothing };

  ReceivedStream(const ReceiveColumns* columns, uint32_t row, const ReceiveStatistics::Start& start)
      : statistics(columns, row, start), columns_(columns), row_(row) {}

  /** Of the statistics, for who is not the one that receives. */
  BriefLock lock;
  ReceiveStatistics statistics;
  ExpectedSource source;
  /** Opens SRTP; what it does not open is for JavaScript, as it came. nullptr: packets are plain. */
  std::shared_ptr<SharedSrtpReceiver> srtp;
  /** JavaScript wants to have the packets too: somebody listens, records or captures. */
  bool isHeard = false;
  /** False on hold: the time until the next packet is no gap. */
  bool isExpecting = true;
  /** The number in the ring before which packets wait that JavaScript will count: those behind must not overtake. */
  uint32_t countsFrom = 0;
  bool isWaiting = false;

  uint32_t row() const { return row_; }
  /** What is known of the same place stays. */
  void expectFrom(const ExpectedSource& expected);
  /** A source that the stream before on the same socket heard. */
  void rememberSource(uint32_t ssrc, uint16_t sequence);
  /** A packet of SRTP that is counted is in clear afterwards, and `*length` that of it. */
  Left take(uint8_t* bytes, size_t* length, const SocketAddress& from, double atMs);

 private:
  bool unprotect(uint8_t* bytes, size_t* length);
  bool isToAsk(const RtpHeader& header, const SocketAddress& from) const;
  /** Counts what does not come from where it is expected; false when that is a stranger's. */
  bool acceptFrom(const SocketAddress& from, double atMs, bool* isMoved);
  bool isLeftover(const RtpHeader& header) const;

  const ReceiveColumns* columns_;
  uint32_t row_;
  int64_t formerSsrc_ = -1;
  uint16_t formerSequence_ = 0;
};
