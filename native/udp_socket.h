// A bound UDP socket: batches in, datagrams out, and a queue for what the kernel has no room for at the moment.
// It knows neither the event loop nor JavaScript.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <string>

#include "datagram_batch.h"
#include "socket_address.h"

class UdpSocket {
 public:
  UdpSocket() = default;
  /** Takes over a datagram socket that is open already. */
  explicit UdpSocket(int fd) : fd_(fd) {}
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket() { close(); }

  /** Opens and binds: 0, or a negative errno. `receiveBufferBytes` is a wish that the kernel may cut. */
  int open(const SocketAddress& local, int receiveBufferBytes);
  /** From then on it hears this peer and nobody else, and of ICMP errors. */
  int connect(const SocketAddress& peer);
  void close();

  int fd() const { return fd_; }
  SocketAddress local() const;

  /** The datagrams that wait, as far as they fit in a batch: how many, or a negative errno. */
  int receive(DatagramBatch& batch);
  /**
   * How long ago the kernel took a datagram of the last batch in, in nanoseconds. A wall clock that was set meanwhile
   * cannot make it negative, nor longer than the time since the socket was last seen empty.
   */
  int64_t ageNs(const DatagramBatch& batch, int index) const;
  /** The same as a moment of CLOCK_MONOTONIC. */
  int64_t arrivedNs(const DatagramBatch& batch, int index) const;
  /** When the last batch was taken, by CLOCK_MONOTONIC. */
  int64_t takenNs() const { return takenNs_; }

  enum class Sent { kNow, kQueued, kFailed };
  /** `to` is nullptr for a connected socket. On kFailed `*error` is the errno, negative. */
  Sent send(const char* data, size_t length, const SocketAddress* to, int* error);
  struct Failure {
    SocketAddress to;
    int error;
  };
  /**
   * Datagrams of one length in one call; the kernel cuts them apart. 0, or a negative errno: none was sent, and they have to
   * go one by one.
   */
  int sendTogether(iovec* datagrams, size_t count, const SocketAddress* to);
  /** Sends what is queued as far as there is room; true when the queue is empty. Failures are passed over and told. */
  bool flush(std::deque<Failure>* failures);
  size_t queuedBytes() const { return queuedBytes_; }

 private:
  struct Queued {
    std::string data;
    SocketAddress to;
  };
  /** 0, or a negative errno. */
  int transmit(const char* data, size_t length, const SocketAddress* to);

  int fd_ = -1;
  std::list<Queued> queue_;
  size_t queuedBytes_ = 0;
  /** By CLOCK_MONOTONIC: since then everything that is in the socket has arrived. */
  int64_t emptyAtNs_ = 0;
  /** Nothing of the last batch is older. */
  int64_t notBeforeNs_ = 0;
  /** When the last batch was taken, by both clocks. */
  int64_t takenNs_ = 0;
  int64_t realtimeNs_ = 0;
};
