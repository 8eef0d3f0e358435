// Datagrams that leave together, without JavaScript: built with sanitizers and run by test/native/sanitizers.test.ts. Prints
// one line for each failure and ends with 1 when there was one.
#include <unistd.h>

#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../datagram_batch.h"
#include "../monotonic_clock.h"
#include "../udp_outbox.h"
#include "../udp_socket.h"
#include "expect.h"
#include "loopback.h"
#include "udp_ends.h"

namespace {

bool put(UdpOutbox& outbox, const std::string& text, const SocketAddress& to, int64_t nowNs = 0) {
  memcpy(outbox.room(), text.data(), text.size());
  return outbox.add(text.size(), &to, nowNs);
}

void flushed(UdpOutbox& outbox, UdpSocket& sender) {
  std::vector<UdpSocket::Failure> refused;
  EXPECT(!outbox.flush(sender, &refused));
  EXPECT(refused.empty() && outbox.isEmpty());
}

/** A message of that dialog with a number in it, as long as is wanted. */
std::string messageOf(int dialog, int number, size_t length) {
  std::string text = "INFO\r\nCall-ID: " + std::to_string(dialog) + "@x\r\nN: " + std::to_string(number) + "\r\n";
  text.resize(length, '.');
  return text;
}

/** Of what arrived in this order the numbers of each dialog, which a space ends. */
std::map<int, std::string> numbersByDialog(UdpSocket& receiver, DatagramBatch& batch, int count) {
  std::map<int, std::string> numbers;
  for (int arrived = 0; arrived < count;) {
    const int more = waitAndReceive(receiver, batch);
    if (more <= 0) break;
    arrived += more;
    for (int i = 0; i < more; i++) {
      const std::string text(batch.data(i), batch.length(i));
      const int dialog = std::stoi(text.substr(text.find("Call-ID: ") + 9));
      numbers[dialog] += std::to_string(std::stoi(text.substr(text.find("N: ") + 3))) + " ";
    }
  }
  return numbers;
}

/** With `bare` the kernel refuses to cut anything apart, for it would have to reckon checksums that are not wanted. */
void theOutboxKeepsTheOrderOfEachDialog(bool bare) {
  UdpSocket receiver, sender;
  for (UdpSocket* socket : {&receiver, &sender}) EXPECT(socket->open(loopback(), 4 << 20) == 0);
  const int on = bare ? 1 : 0;
  EXPECT(setsockopt(sender.fd(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on) == 0);
  auto batch = std::make_unique<DatagramBatch>();
  UdpOutbox outbox;
  std::mt19937 random(11);
  for (int round = 0; round < 200; round++) {
    std::map<int, std::string> sent;
    const int count = 1 + static_cast<int>(random() % UdpOutbox::kMost);
    for (int i = 0; i < count; i++) {
      const int dialog = static_cast<int>(random() % 12);
      put(outbox, messageOf(dialog, i, 100 + 300 * (random() % 3)), receiver.local());
      sent[dialog] += std::to_string(i) + " ";
    }
    flushed(outbox, sender);
    EXPECT(numbersByDialog(receiver, *batch, count) == sent);
  }
}

/** A receiver that takes what was sent together as it is (UDP_GRO) shows what left in one call. */
void datagramsOfOneLengthLeaveTogether() {
  UdpSocket receiver, sender;
  for (UdpSocket* socket : {&receiver, &sender}) EXPECT(socket->open(loopback(), 4 << 20) == 0);
  const int on = 1;
  EXPECT(setsockopt(receiver.fd(), IPPROTO_UDP, 104, &on, sizeof on) == 0);
  UdpOutbox outbox;
  for (int i = 0; i < 10; i++) {
    put(outbox, messageOf(i, i, 500), receiver.local());
    put(outbox, messageOf(i, i, 300), receiver.local());
  }
  flushed(outbox, sender);
  std::vector<char> bytes(70000);
  EXPECT(recv(receiver.fd(), bytes.data(), bytes.size(), 0) == 5000);
  EXPECT(recv(receiver.fd(), bytes.data(), bytes.size(), 0) == 3000);
  // As many as one datagram has room for, the headers with them.
  for (size_t i = 0; i < UdpOutbox::kMost; i++) put(outbox, messageOf(static_cast<int>(i), 0, 2000), receiver.local());
  flushed(outbox, sender);
  EXPECT(recv(receiver.fd(), bytes.data(), bytes.size(), 0) == 64000);
  EXPECT(recv(receiver.fd(), bytes.data(), bytes.size(), 0) == 64000);
}

void theOutboxTellsWhatWasRefused() {
  UdpSocket receiver, sender;
  for (UdpSocket* socket : {&receiver, &sender}) EXPECT(socket->open(loopback(), 4 << 20) == 0);
  const SocketAddress nowhere = loopback();
  UdpOutbox outbox;
  put(outbox, "first", receiver.local());
  put(outbox, "lost", nowhere);
  put(outbox, "too.", nowhere);
  put(outbox, "last", receiver.local());
  std::vector<UdpSocket::Failure> refused;
  EXPECT(!outbox.flush(sender, &refused));
  EXPECT(refused.size() == 2);
  for (const auto& [to, error] : refused) EXPECT(to == nowhere && error == -EINVAL);
  auto batch = std::make_unique<DatagramBatch>();
  EXPECT(waitAndReceive(receiver, *batch) == 2);
  EXPECT(std::string(batch->data(1), batch->length(1)) == "last");
}

void whatTheOutboxFindsNoRoomForWaitsInOrder() {
  int ends[2];
  openEnds(ends);
  UdpSocket sender(ends[0]);
  const int sent = fill(sender, "data");
  char text[16];
  EXPECT(read(ends[1], text, sizeof text) == 4);
  // Room for one, but what waits goes first.
  UdpOutbox outbox;
  for (const std::string part : {"more", "later", "last"}) {
    memcpy(outbox.room(), part.data(), part.size());
    outbox.add(part.size(), nullptr, 0);
  }
  std::vector<UdpSocket::Failure> refused;
  EXPECT(outbox.flush(sender, &refused) && refused.empty());
  EXPECT(sender.queuedBytes() == 17);
  std::string all;
  std::deque<UdpSocket::Failure> failed;
  while (!sender.flush(&failed) || all.find("last") == std::string::npos) {
    const ssize_t length = read(ends[1], text, sizeof text);
    if (length <= 0) break;
    all.append(text, static_cast<size_t>(length));
  }
  EXPECT(failed.empty() && all.size() == 4 * static_cast<size_t>(sent) + 13);
  EXPECT(all.substr(all.size() - 13) == "morelaterlast");
  ::close(ends[1]);
}

void nothingStaysInTheOutboxForLong() {
  UdpSocket receiver;
  EXPECT(receiver.open(loopback(), 4 << 20) == 0);
  const SocketAddress to = receiver.local();
  UdpOutbox outbox;
  EXPECT(!put(outbox, "one", to, 5 * kNsPerMs));
  EXPECT(!put(outbox, "two", to, 5 * kNsPerMs + 199999));
  EXPECT(put(outbox, "three", to, 5 * kNsPerMs + 200000));
  flushed(outbox, receiver);
  size_t held = 1;
  while (!put(outbox, "many", to, 6 * kNsPerMs)) held++;
  EXPECT(held == UdpOutbox::kMost);
  flushed(outbox, receiver);
}

}  // namespace

int main() {
  theOutboxKeepsTheOrderOfEachDialog(false);
  theOutboxKeepsTheOrderOfEachDialog(true);
  datagramsOfOneLengthLeaveTogether();
  theOutboxTellsWhatWasRefused();
  whatTheOutboxFindsNoRoomForWaitsInOrder();
  nothingStaysInTheOutboxForLong();
  return verdict();
}
