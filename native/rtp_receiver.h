// The thread that takes what arrives on all sockets, in few rounds, with the time at which the kernel had it, and hands
// it on through a ring. Where the ring is full, packets wait in their sockets. Everything but `run` is called by the
// thread of JavaScript.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "datagram_batch.h"
#include "packet_ring.h"
#include "socket_address.h"
#include "udp_socket.h"

class RtpReceiver {
 public:
  /** Times in the ring are milliseconds since `originNs` of CLOCK_MONOTONIC. */
  RtpReceiver(PacketRing ring, int64_t originNs) : ring_(ring), originNs_(originNs) {}
  RtpReceiver(const RtpReceiver&) = delete;
  RtpReceiver& operator=(const RtpReceiver&) = delete;
  ~RtpReceiver() { end(); }

  /** 0, or a negative errno. */
  int begin();
  /** Takes nothing any more, and closes all sockets. */
  void end();
  /** Becomes readable when there is something in the ring that was not there before. */
  int wakeFd() const { return wake_; }

  /** Binds a socket: its number, or a negative errno. */
  int open(const SocketAddress& local, int receiveBufferBytes);
  /** Closes it: nothing more of it comes into the ring. */
  void close(uint32_t socket);
  /** -1 for one that is not open. */
  int fd(uint32_t socket) const;
  SocketAddress source(size_t slot) const { return ring_.source(slot); }

 private:
  void run();
  /** False when the ring is full. */
  bool receive(uint32_t socket);

  PacketRing ring_;
  int64_t originNs_;
  int poll_ = -1;
  int wake_ = -1;
  int stop_ = -1;
  /** Of `sockets_`, whose place is their number; free places are used again. */
  std::mutex mutex_;
  std::vector<std::unique_ptr<UdpSocket>> sockets_;
  std::vector<uint32_t> free_;
  DatagramBatch batch_;
  std::thread thread_;
};
