// Both ends of datagrams for the programs of native/test/.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <string>

#include "../datagram_batch.h"
#include "../udp_socket.h"
#include "expect.h"

inline int waitAndReceive(UdpSocket& socket, DatagramBatch& batch) {
  pollfd ready = {socket.fd(), POLLIN, 0};
  poll(&ready, 1, 2000);
  return socket.receive(batch);
}

/** Sockets that are connected to each other and, unlike those of UDP, have no room when nobody reads. */
inline void openEnds(int ends[2]) {
  EXPECT(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) == 0);
}

/** Sends the text until there is no room: how many times. */
inline int fill(UdpSocket& sender, const std::string& text) {
  int error = 0;
  int sent = 0;
  while (sender.send(text.data(), text.size(), nullptr, &error) == UdpSocket::Sent::kNow) sent++;
  return sent;
}
