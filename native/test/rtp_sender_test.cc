// The thread that sends RTP and SRTP, without JavaScript, which is played by the main thread: built with sanitizers and run
// by test/native/sanitizers.test.ts.
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../datagram_batch.h"
#include "../monotonic_clock.h"
#include "../rtp_sender.h"
#include "../srtp_receiver.h"
#include "../udp_socket.h"
#include "expect.h"
#include "loopback.h"

namespace {

constexpr uint32_t kRows = 40;
/** The rollover counter changes hands too. */
constexpr uint16_t kFirstSequence = 65500;
constexpr size_t kPayloadBytes = 160;

std::unique_ptr<PayloadTrack> trackOf(const std::vector<uint32_t>& lengths) {
  const std::vector<uint8_t> bytes(lengths.size() * kPayloadBytes, 7);
  return std::make_unique<PayloadTrack>(bytes.data(), lengths.data(), lengths.size());
}

/** Suites by turns; every fifth row is in clear. */
SrtpMasterKey masterKeyOf(uint32_t row) {
  constexpr int kProfiles[] = {0, 1, 2, 7, 8};
  const SrtpSuite* suite = SrtpSuite::of(kProfiles[row % 5]);
  if (suite == nullptr) return {};
  return {suite, std::string(suite->keyBytes, 'k'), std::string(suite->saltBytes, 's'), row % 2 == 0 ? "" : "mki"};
}

/** What the thread writes. */
struct Columns {
  std::vector<uint32_t> sent{std::vector<uint32_t>(kRows)}, octets{sent}, skipped{sent}, marks{sent};
  std::vector<double> from{std::vector<double>(kRows, NAN)}, to{from};
  std::vector<uint32_t> lag{std::vector<uint32_t>(kLagSteps + 2)}, failed{std::vector<uint32_t>(1)};

  SendColumns all() {
    return {sent.data(), octets.data(), skipped.data(), marks.data(), from.data(), to.data(), lag.data(), failed.data()};
  }
};

/** The side of JavaScript: what it sends itself while it has a stream. */
struct Owner {
  UdpSocket socket;
  std::vector<std::shared_ptr<SrtpSender>> protection{kRows};
  uint32_t sent = 0;

  /** RTCP belongs to it at any time. */
  void protectReport(uint32_t row) {
    uint8_t packet[200] = {0x80, 200};
    if (protection[row] != nullptr) EXPECT(protection[row]->protectRtcp(packet, 28, sizeof packet) > 28);
  }

  void sendPacket(PacedSettings& settings, const SocketAddress& to) {
    uint8_t packet[300] = {0x80, 0};
    packet[2] = static_cast<uint8_t>(settings.sequence >> 8);
    packet[3] = static_cast<uint8_t>(settings.sequence++);
    packet[11] = static_cast<uint8_t>(settings.ssrc);
    size_t length = 12 + kPayloadBytes;
    const auto& srtp = protection[settings.ssrc];
    if (srtp != nullptr) length = srtp->protectRtp(packet, length, sizeof packet);
    int error = 0;
    EXPECT(socket.send(reinterpret_cast<char*>(packet), length, &to, &error) == UdpSocket::Sent::kNow);
    sent++;
  }
};

/** The side of JavaScript of what the thread shows. */
struct Shown {
  static constexpr size_t kBytes = 1 << 20;
  std::vector<uint64_t> memory = std::vector<uint64_t>((SentRing::kHeadBytes + kBytes) / 8);
  uint32_t read = 0;

  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(memory.data()); }
  SentRing ring() { return SentRing(bytes(), SentRing::kHeadBytes + kBytes); }
  uint32_t* word(size_t number) { return reinterpret_cast<uint32_t*>(bytes()) + number; }
  uint32_t missed() { return __atomic_load_n(word(2), __ATOMIC_RELAXED); }

  /** Calls `see(row, packet, length)` for each packet that is there. */
  template <typename See>
  void drain(See see) {
    const uint32_t written = __atomic_load_n(word(0), __ATOMIC_ACQUIRE);
    while (read != written) {
      const size_t at = read % kBytes;
      const uint8_t* record = bytes() + SentRing::kHeadBytes + at;
      uint32_t row = 0, length = 0;
      memcpy(&row, record + 8, sizeof row);
      memcpy(&length, record + 12, sizeof length);
      if (row != SentRing::kTurn) see(row, record + SentRing::kRecordBytes, length);
      const size_t octets = row == SentRing::kTurn ? kBytes - at : (SentRing::kRecordBytes + length + 15) / 16 * 16;
      __atomic_store_n(word(1), read += static_cast<uint32_t>(octets), __ATOMIC_RELEASE);
    }
  }
};

void theRingOfWhatWasSentGoesRound() {
  Shown shown;
  SentRing ring = shown.ring();
  std::mt19937 random(9);
  uint8_t packet[2000];
  uint32_t pushed = 0, seen = 0;
  const auto see = [&](uint32_t row, const uint8_t* data, uint32_t length) {
    EXPECT(row == seen++ && length >= 1 && data[0] == row % 256 && data[length - 1] == row % 256);
  };
  for (int turn = 0; turn < 3000; turn++) {
    for (uint32_t left = random() % 40; left > 0; left--) {
      memset(packet, static_cast<int>(pushed % 256), sizeof packet);
      ring.push(pushed++, 0, packet, 1 + random() % 1999);
    }
    ring.publish();
    shown.drain(see);
  }
  EXPECT(seen == pushed && shown.missed() == 0 && pushed * 1000.0 > 3.0 * Shown::kBytes);
  // Nobody reads: what is there stays as it is, and the rest is counted.
  for (int i = 0; i < 2000; i++) {
    memset(packet, static_cast<int>(pushed % 256), sizeof packet);
    ring.push(pushed, 0, packet, 1000);
    if (shown.missed() == 0) pushed++;
  }
  ring.publish();
  shown.drain(see);
  EXPECT(seen == pushed && shown.missed() > 900);
}

/** Every stream is whole, in order and authentic, whoever sent what of it. */
uint64_t judge(UdpSocket& far) {
  auto batch = std::make_unique<DatagramBatch>();
  std::vector<SrtpReceiver> receivers(kRows);
  for (uint32_t row = 0; row < kRows; row++) {
    if (masterKeyOf(row).suite != nullptr) receivers[row].addKey(masterKeyOf(row));
  }
  std::vector<uint16_t> next(kRows, kFirstSequence);
  uint64_t arrived = 0;
  for (int count = far.receive(*batch); count > 0; count = far.receive(*batch)) {
    for (int i = 0; i < count; i++) {
      std::vector<uint8_t> packet(batch->data(i), batch->data(i) + batch->length(i));
      const uint32_t row = packet[11] % kRows;
      EXPECT((packet[2] << 8 | packet[3]) == next[row]++);
      if (masterKeyOf(row).suite != nullptr) {
        EXPECT(receivers[row].unprotectRtp(packet.data(), packet.size()).isClear);
      }
      arrived++;
    }
  }
  return arrived;
}

void streamsAreSentWhileTheyChange() {
  Columns columns;
  const int64_t originNs = monotonicNs();
  Owner owner;
  UdpSocket far;
  EXPECT(owner.socket.open(loopback(), 4096) == 0 && far.open(loopback(), 8 << 20) == 0);
  const SocketAddress to = far.local();
  Shown shown;
  RtpSender sender(columns.all(), shown.ring(), originNs, kRows);
  RtpSender::Start start = {owner.socket.fd(), to, nullptr, {}, 5, sender.addTrack(trackOf({160, 160})), 0, 0};
  const auto begin = [&](uint32_t row) {
    start.srtp = owner.protection[row];
    EXPECT(sender.start(row, start) > 0);
  };
  for (uint32_t row = 0; row < kRows; row++) {
    start.settings.ssrc = row;
    start.settings.sequence = kFirstSequence;
    const SrtpMasterKey key = masterKeyOf(row);
    if (key.suite != nullptr) owner.protection[row] = std::make_shared<SrtpSender>(key);
    sender.open(row);
    begin(row);
  }
  sender.showSent(true);
  // In clear, and of each stream what the thread sends of it, in order.
  std::vector<uint32_t> seen(kRows);
  std::vector<int32_t> last(kRows, -1);
  const auto see = [&](uint32_t row, const uint8_t* packet, uint32_t length) {
    const auto since = static_cast<uint16_t>((packet[2] << 8 | packet[3]) - kFirstSequence);
    EXPECT(packet[11] == row && since > last[row] && (length < 40 || packet[12] == 7));
    last[row] = since;
    seen[row]++;
  };
  const int64_t endNs = monotonicNs() + 600 * kNsPerMs;
  std::mt19937 random(5);
  while (monotonicNs() < endNs) {
    const uint32_t row = random() % (kRows - 1);
    owner.protectReport(row);
    int64_t dueTick = 0;
    start.settings = sender.stop(row, &dueTick);
    shown.drain(see);
    start.dueTick = dueTick;
    owner.sendPacket(start.settings, to);
    begin(row);
    if (random() % 8 == 0) sender.pushEvent(row, 1, 20, 20);
    const int64_t tick = sender.markTick(row);
    if (tick > 0) sender.mark(row, trackOf({20, 20}), tick);
    sleepUntilNs(monotonicNs() + kNsPerMs / 5);
  }
  // The one that nobody touched.
  constexpr uint32_t kLast = kRows - 1;
  int64_t dueTick = 0;
  const PacedSettings left = sender.stop(kLast, &dueTick);
  const uint32_t sent = columns.sent[kLast];
  EXPECT(sent + columns.skipped[kLast] >= 115 && left.sequence == static_cast<uint16_t>(kFirstSequence + sent));
  EXPECT(columns.octets[kLast] == kPayloadBytes * sent && columns.to[kLast] >= columns.from[kLast]);
  sender.end();
  shown.drain(see);
  EXPECT(shown.missed() == 0 && seen[kLast] + 20 > columns.sent[kLast] && seen[kLast] <= columns.sent[kLast]);
  uint64_t all = 0;
  uint32_t whole = 0;
  for (uint32_t row = 0; row < kRows; row++) {
    all += columns.sent[row];
    whole += columns.marks[row];
  }
  EXPECT(columns.failed[0] == 0 && whole > 0 && columns.lag[kLagSteps] == all);
  EXPECT(owner.sent > 0 && judge(far) == all + owner.sent);
}

}  // namespace

int main() {
  theRingOfWhatWasSentGoesRound();
  streamsAreSentWhileTheyChange();
  return verdict();
}
