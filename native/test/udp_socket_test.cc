// The parts of the addon that read what the network sends, without JavaScript: built with sanitizers and run by
// test/native/sanitizers.test.ts. Prints one line for each failure and ends with 1 when there was one.
#include <arpa/inet.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "../address_table.h"
#include "../datagram_batch.h"
#include "../read_rhythm.h"
#include "../udp_socket.h"
#include "expect.h"
#include "udp_ends.h"

namespace {

SocketAddress parsed(const char* host, uint16_t port, bool ipv6) {
  SocketAddress address;
  EXPECT(SocketAddress::parse(host, port, ipv6, &address) == 0);
  return address;
}

void addressesAreReadAndWritten() {
  EXPECT(parsed("127.0.0.1", 5060, false).host() == "127.0.0.1");
  EXPECT(parsed("127.0.0.1", 65535, false).port() == 65535);
  EXPECT(parsed("2001:db8::1", 5061, true).host() == "2001:db8::1");
  EXPECT(parsed("fe80::1%lo", 1, true).host() == "fe80::1%lo");
  SocketAddress none;
  for (const char* host : {"", "localhost", "1.2.3", "::1", "1.2.3.4.5", "256.0.0.1"}) {
    EXPECT(SocketAddress::parse(host, 1, false, &none) == -EINVAL);
  }
  for (const char* host : {"", "1.2.3.4", ":::", "%lo", "fe80::1::2"}) {
    EXPECT(SocketAddress::parse(host, 1, true, &none) == -EINVAL);
  }
  EXPECT(parsed("::1", 7, true) == parsed("0:0::1", 7, true));
  EXPECT(!(parsed("::1", 7, true) == parsed("::1", 8, true)));
  sockaddr_storage other;
  memset(&other, 0, sizeof other);
  other.ss_family = AF_UNIX;
  EXPECT(SocketAddress(reinterpret_cast<sockaddr*>(&other), sizeof other).length() == 0);
  EXPECT(SocketAddress(reinterpret_cast<sockaddr*>(&other), 0).length() == 0);
}

void arbitraryTextIsNoAddress() {
  std::mt19937 random(7);
  for (int i = 0; i < 200000; i++) {
    std::string host(random() % 60, '\0');
    for (char& letter : host) letter = "0123456789abcdef:.%\0z\xff"[random() % 22];
    SocketAddress address;
    if (SocketAddress::parse(host, 1, i % 2 == 0, &address) == 0) (void)address.host();
  }
}

/** Reads of `each` datagrams, `perMs` of them a millisecond, for 100 ms: whether the last one was to wait. */
bool waitsAfter(ReadRhythm& rhythm, int64_t* nowNs, int perMs, int each) {
  bool waits = false;
  for (int read = 0; read < 100 * perMs; read++) {
    *nowNs += kNsPerMs / perMs;
    waits = rhythm.waits(each, *nowNs);
  }
  return waits;
}

void whatComesFastIsGathered() {
  ReadRhythm rhythm;
  int64_t nowNs = 0;
  EXPECT(!waitsAfter(rhythm, &nowNs, 1, 1));
  EXPECT(waitsAfter(rhythm, &nowNs, 3, 1));
  // From now on there is a read a millisecond, of what has come meanwhile.
  EXPECT(waitsAfter(rhythm, &nowNs, 1, 3));
  EXPECT(!waitsAfter(rhythm, &nowNs, 1, 1));
  EXPECT(waitsAfter(rhythm, &nowNs, 3, 1));
  EXPECT(!waitsAfter(rhythm, &nowNs, 1, 0));
}

void rootIsGivenTheBufferThatItAsksFor() {
  const int wanted = 16 << 20;
  const int other = socket(AF_INET, SOCK_DGRAM, 0);
  const bool mayForce = setsockopt(other, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) == 0;
  UdpSocket asked;
  EXPECT(asked.open(parsed("127.0.0.1", 0, false), wanted) == 0);
  int given[2] = {};
  socklen_t length = sizeof given[0];
  if (!mayForce) setsockopt(other, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
  EXPECT(getsockopt(other, SOL_SOCKET, SO_RCVBUF, &given[0], &length) == 0);
  EXPECT(getsockopt(asked.fd(), SOL_SOCKET, SO_RCVBUF, &given[1], &length) == 0);
  // The kernel says twice what it was asked for: its own share is in it (socket(7)).
  EXPECT(given[1] == given[0] && (!mayForce || given[1] == 2 * wanted));
  close(other);
}

void numbersOfAddressesAreBounded() {
  AddressTable table;
  SocketAddress first = parsed("10.0.0.1", 1, false);
  EXPECT(table.idOf(first) == 0);
  EXPECT(table.idOf(parsed("10.0.0.1", 2, false)) == 1);
  EXPECT(table.idOf(first) == 0);
  EXPECT(*table.at(0) == first);
  EXPECT(table.at(2) == nullptr);
  for (int i = 0; i < 200000; i++) {
    char host[32];
    std::snprintf(host, sizeof host, "10.1.%d.%d", (i >> 8) & 255, i & 255);
    table.reserve(1);
    table.idOf(parsed(host, static_cast<uint16_t>(1 + i / 65536), false));
  }
  EXPECT(table.generation() == 3);
}

void datagramsOfEveryLengthArrive(bool ipv6) {
  UdpSocket receiver, sender;
  const char* host = ipv6 ? "::1" : "127.0.0.1";
  EXPECT(receiver.open(parsed(host, 0, ipv6), 4 << 20) == 0);
  EXPECT(sender.open(parsed(host, 0, ipv6), 4 << 20) == 0);
  const SocketAddress to = receiver.local();
  auto batch = std::make_unique<DatagramBatch>();
  std::mt19937 random(11);
  int error = 0;
  for (size_t length : {size_t{0}, size_t{1}, size_t{500}, size_t{1500}, size_t{65487}}) {
    std::string data(length, '\0');
    for (char& octet : data) octet = static_cast<char>(random());
    EXPECT(sender.send(data.data(), data.size(), &to, &error) == UdpSocket::Sent::kNow);
    EXPECT(waitAndReceive(receiver, *batch) == 1);
    EXPECT(std::string(batch->data(0), batch->length(0)) == data);
    EXPECT(batch->source(0) == sender.local());
    const int64_t age = receiver.ageNs(*batch, 0);
    EXPECT(age >= 0 && age < 2000000000);
  }
  std::string tooLong(65990, 'x');
  EXPECT(sender.send(tooLong.data(), tooLong.size(), &to, &error) == UdpSocket::Sent::kFailed && error == -EMSGSIZE);
}

void batchesKeepTheOrder() {
  UdpSocket receiver, sender;
  EXPECT(receiver.open(parsed("127.0.0.1", 0, false), 4 << 20) == 0);
  EXPECT(sender.open(parsed("127.0.0.1", 0, false), 4096) == 0);
  const SocketAddress to = receiver.local();
  int error = 0;
  for (int i = 0; i < 100; i++) {
    const std::string text = std::to_string(i);
    EXPECT(sender.send(text.data(), text.size(), &to, &error) == UdpSocket::Sent::kNow);
  }
  auto batch = std::make_unique<DatagramBatch>();
  EXPECT(waitAndReceive(receiver, *batch) == DatagramBatch::kMost);
  EXPECT(std::string(batch->data(63), batch->length(63)) == "63");
  EXPECT(waitAndReceive(receiver, *batch) == 100 - DatagramBatch::kMost);
  EXPECT(std::string(batch->data(0), batch->length(0)) == "64");
  EXPECT(receiver.receive(*batch) == -EAGAIN);
}

void aConnectedSocketHearsOfAClosedPort() {
  UdpSocket gone, socket;
  EXPECT(gone.open(parsed("127.0.0.1", 0, false), 4096) == 0);
  const SocketAddress peer = gone.local();
  gone.close();
  EXPECT(socket.open(parsed("127.0.0.1", 0, false), 4096) == 0);
  EXPECT(socket.connect(peer) == 0);
  int error = 0;
  EXPECT(socket.send("x", 1, nullptr, &error) == UdpSocket::Sent::kNow);
  auto batch = std::make_unique<DatagramBatch>();
  EXPECT(waitAndReceive(socket, *batch) == -ECONNREFUSED);
  EXPECT(socket.receive(*batch) == -EAGAIN);
}

void whatFindsNoRoomWaits() {
  int ends[2];
  openEnds(ends);
  UdpSocket sender(ends[0]);
  const int sent = fill(sender, "data");
  int error = 0;
  EXPECT(sender.send("last", 4, nullptr, &error) == UdpSocket::Sent::kQueued);
  EXPECT(sender.queuedBytes() == 8);
  std::deque<UdpSocket::Failure> failed;
  EXPECT(!sender.flush(&failed));
  char text[16];
  for (int i = 0; i < sent; i++) EXPECT(read(ends[1], text, sizeof text) == 4);
  EXPECT(sender.flush(&failed) && sender.queuedBytes() == 0 && failed.empty());
  EXPECT(read(ends[1], text, sizeof text) == 4);
  EXPECT(read(ends[1], text, sizeof text) == 4 && memcmp(text, "last", 4) == 0);
  fill(sender, "more");
  ::close(ends[1]);
  EXPECT(sender.flush(&failed) && failed.size() == 1 && failed[0].error == -ECONNREFUSED);
}

}  // namespace

int main() {
  addressesAreReadAndWritten();
  arbitraryTextIsNoAddress();
  numbersOfAddressesAreBounded();
  whatComesFastIsGathered();
  rootIsGivenTheBufferThatItAsksFor();
  datagramsOfEveryLengthArrive(false);
  datagramsOfEveryLengthArrive(true);
  batchesKeepTheOrder();
  aConnectedSocketHearsOfAClosedPort();
  whatFindsNoRoomWaits();
  return verdict();
}
