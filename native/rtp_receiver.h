// The thread that takes what arrives on all sockets, in few rounds, with the time at which the kernel had it. It counts
// what belongs to streams, and hands on what JavaScript has to see through a ring. Where the ring is full, packets wait
// in their sockets. Everything but `run` is called by the thread of JavaScript.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "arrival_clock.h"
#include "datagram_batch.h"
#include "dense_memory.h"
#include "packet_ring.h"
#include "received_stream.h"
#include "socket_address.h"
#include "stream_routes.h"
#include "udp_socket.h"

class RtpReceiver {
 public:
  /** Times are milliseconds since `originNs` of CLOCK_MONOTONIC. */
  RtpReceiver(PacketRing ring, const ReceiveColumns& columns, int64_t originNs, size_t rows)
      : ring_(ring), columns_(columns), originNs_(originNs), streams_(rows) {}
  RtpReceiver(const RtpReceiver&) = delete;
  RtpReceiver& operator=(const RtpReceiver&) = delete;
  ~RtpReceiver() { end(); }

  /** 0, or a negative errno. */
  int begin();
  /** Takes nothing any more, and closes all sockets. */
  void end();
  /**
   * Becomes readable when something is new in the ring. Of a receiver with streams, whose JavaScript looks now and then by
   * itself, not when all of it can wait for that.
   */
  int wakeFd() const { return wake_; }

  /** Binds a socket: its number, or a negative errno. */
  int open(const SocketAddress& local, int receiveBufferBytes);
  /** Closes it: nothing more of it comes into the ring. */
  void close(uint32_t socket);
  /** -1 for one that is not open. */
  int fd(uint32_t socket) const;
  /** What waits in it may take so much, as the kernel counts; 0 for one that is not open. */
  int receiveBufferBytes(uint32_t socket) const;
  SocketAddress source(size_t slot) const { return ring_.source(slot); }

  /** The row's stream begins anew; JavaScript sees all of its packets until they are `counted`. */
  void openStream(uint32_t row, const ReceiveStatistics::Start& start);
  /** Its packets on this socket are counted where they arrive, behind those that JavaScript has yet to take. */
  void countOn(uint32_t row, uint32_t socket);
  /** JavaScript sees all that comes to this socket. */
  void countNone(uint32_t socket);
  /** Streams share the socket: packets are counted where a route leads, behind those that JavaScript has yet to take. */
  void share(uint32_t socket);
  void route(uint32_t socket, const SocketAddress& from, uint32_t ssrc, uint32_t row);
  /** JavaScript sees what comes from there. */
  void endRoute(uint32_t socket, const SocketAddress& from, uint32_t ssrc);
  /** Known payload types that are the same: kept as long as this is. */
  const PayloadTypes* payloadTypes(const PayloadTypes& types);
  /** What `use` makes of the statistics of the row's stream: only a packet of that stream waits meanwhile. */
  template <typename Use>
  auto withStatistics(uint32_t row, Use use) {
    ReceivedStream& stream = *streams_[row];
    std::lock_guard<BriefLock> lock(stream.lock);
    return use(stream.statistics);
  }
  /** What `use` makes of the row's stream, while nothing is received. */
  template <typename Use>
  auto with(uint32_t row, Use use) {
    std::lock_guard<std::mutex> lock(mutex_);
    return use(*streams_[row]);
  }

 private:
  struct Socket : Dense {
    /** Whose packets are counted here, if anybody's. */
    std::shared_ptr<ReceivedStream> stream;
    /** Of a socket that streams share. */
    std::unique_ptr<StreamRoutes> routes;
    /** When something was last taken from it. */
    uint64_t round = 0;
    /** What is in it has arrived later. */
    int64_t notBeforeNs = 0;
    UdpSocket udp;
  };

  void run();
  /** Takes what the events tell of, with the lock for a few of them at a time. False when the ring is full. */
  bool receiveAll(const epoll_event* event, const epoll_event* end);
  /** Takes what `event` tells of; the events up to `end` follow. False when the ring is full. */
  bool receive(const epoll_event* event, const epoll_event* end, std::unique_lock<std::mutex>& lock);
  /** Asks for what the next events need, a link further for each that is nearer. */
  void prepare(const epoll_event* next, const epoll_event* end) const;
  /** nullptr where no socket has this number. */
  const Socket* socketOf(const epoll_event* event, const epoll_event* end) const;
  /** All that waits in a socket that streams share. */
  bool receiveShared(uint32_t number);
  /** All that waits in it, up to a batch: whether that was all. */
  bool takeAll(Socket& socket, uint32_t number);
  /** Whose the packets of the batch are. */
  void findStreams(const Socket& socket, int count);
  /** When it arrived, of CLOCK_MONOTONIC. `stream`: whose it is, if anybody's. */
  int64_t take(Socket& socket, uint32_t number, int index, ReceivedStream* stream);
  /** Into the ring, and JavaScript is told of it where it cannot wait. */
  void handOn(const PacketRing::Packet& packet, const SocketAddress& from, const ReceivedStream* stream);
  /** From now on the stream counts, behind what JavaScript has yet to take. */
  void beginCounting(ReceivedStream& stream);
  ReceivedStream::Left count(ReceivedStream& stream, int index, size_t* length, const SocketAddress& from,
                             double atMs);

  PacketRing ring_;
  ReceiveColumns columns_;
  int64_t originNs_;
  int poll_ = -1;
  int wake_ = -1;
  int stop_ = -1;
  /** Of what stands below, and is not the thread's own. */
  std::mutex mutex_;
  /** The place of a socket is its number; free places are used again. */
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<uint32_t> free_;
  std::vector<std::shared_ptr<ReceivedStream>> streams_;
  std::vector<std::unique_ptr<PayloadTypes>> payloadTypes_;
  /** The thread's own. */
  DatagramBatch batch_{PacketRing::kMostBytes};
  ReceivedStream* streamsOfBatch_[DatagramBatch::kMost];
  ArrivalClock clock_;
  uint64_t round_ = 0;
  /** A stream was opened; a relay never has one. */
  std::atomic<bool> hasStreams_{false};
  /** Since JavaScript was last told, something has come for it that cannot wait. */
  bool isUrgent_ = false;
  /** A socket that is heard of now, and was not in the round before, was empty then. */
  int64_t emptyAtNs_ = 0;
  std::thread thread_;
};
