// The parts of the addon that make RTP, without JavaScript: built with sanitizers and run by
// test/native/sanitizers.test.ts. Prints one line for each failure and ends with 1 when there was one.
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "../datagram_batch.h"
#include "../dense_memory.h"
#include "../monotonic_clock.h"
#include "../paced_stream.h"
#include "../pacing_wheel.h"
#include "../send_batch.h"
#include "../udp_socket.h"
#include "expect.h"
#include "loopback.h"

namespace {

/** Payloads that are told apart by their length and first octet; 0: an empty one. */
std::unique_ptr<PayloadTrack> trackOf(const std::vector<uint32_t>& lengths, uint8_t first) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < lengths.size(); i++) bytes.insert(bytes.end(), lengths[i], static_cast<uint8_t>(first + i));
  return std::make_unique<PayloadTrack>(bytes.data(), lengths.data(), lengths.size());
}

void theWheelKeepsEverySchedule() {
  PacingWheel wheel(1000);
  std::vector<PacedEntry> entries(50);
  for (size_t i = 0; i < entries.size(); i++) {
    entries[i].periodMs = i % 2 == 0 ? 20 : 200;
    wheel.add(entries[i], 0);
  }
  std::vector<int64_t> last(entries.size(), 0);
  std::vector<int> count(entries.size(), 0);
  int most = 0;
  int64_t before = 0;
  int atOnce = 0;
  std::mt19937 random(3);
  for (int64_t now = 1000; now <= 5000; now += random() % 70) {
    int64_t tick = 0;
    while (PacedEntry* entry = wheel.take(now, &tick)) {
      const auto index = static_cast<size_t>(entry - entries.data());
      EXPECT(tick <= now && tick > now - 70);
      if (count[index]++ > 0) EXPECT(tick - last[index] == entry->periodMs);
      last[index] = tick;
      atOnce = tick == before ? atOnce + 1 : 1;
      before = tick;
      if (atOnce > most) most = atOnce;
    }
  }
  EXPECT(most <= 4);
  EXPECT(count[0] >= 195 && count[1] >= 19);
  for (auto& entry : entries) wheel.remove(entry);
  wheel.remove(entries[0]);
  EXPECT(wheel.empty());
  wheel.add(entries[0], wheel.tick() + 7);
  EXPECT(entries[0].dueTick == wheel.tick() + 7);
  // What was missed a moment ago comes at once, and what has nothing to do with now gets a new place.
  for (int64_t due : {wheel.tick() - 2, wheel.tick() - 5000, wheel.tick() + 5000}) {
    wheel.add(entries[0], due);
    EXPECT(entries[0].dueTick > wheel.tick() && entries[0].dueTick <= wheel.tick() + 20);
  }
}

/** Of many streams neighbours share a tick, and all ticks have as many to send as their share, but for such a block. */
void neighboursOfManyShareATick() {
  PacingWheel wheel(1000);
  std::vector<PacedEntry> entries(2000);
  for (auto& entry : entries) wheel.add(entry, 0);
  std::vector<int> due(20, 0);
  int apart = 0;
  for (size_t i = 0; i < entries.size(); i++) {
    due[static_cast<size_t>(entries[i].dueTick) % 20]++;
    if (i > 1000 && entries[i].dueTick != entries[i - 1].dueTick) apart++;
  }
  for (int streams : due) EXPECT(streams >= 84 && streams <= 116);
  EXPECT(apart <= 1000 / 16 + 1);
}

/** Who goes while those of its tick are being taken is not taken any more, and nobody else is passed over. */
void whoGoesIsNotTaken() {
  PacingWheel wheel(0);
  std::vector<PacedEntry> entries(6);
  for (auto& entry : entries) wheel.add(entry, 10);
  std::string order;
  int64_t tick = 0;
  const auto takeNext = [&](int64_t target) {
    PacedEntry* entry = wheel.take(target, &tick);
    order += entry == nullptr ? '-' : static_cast<char>('a' + (entry - entries.data()));
  };
  takeNext(10);
  EXPECT(wheel.upcoming(0) == &entries[1] && wheel.upcoming(4) == &entries[5] && wheel.upcoming(5) == nullptr);
  wheel.remove(entries[0]);
  wheel.remove(entries[2]);
  wheel.remove(entries[5]);
  EXPECT(wheel.upcoming(1) == &entries[3]);
  for (int i = 0; i < 4; i++) takeNext(10);
  wheel.add(entries[2], 30);
  for (int i = 0; i < 5; i++) takeNext(30);
  EXPECT(order == "abde-bdec-");
  for (size_t i : {1, 2, 3, 4}) wheel.remove(entries[i]);
  takeNext(300);
  EXPECT(order.back() == '-' && wheel.empty() && wheel.tick() == 300);
}

/** Pieces in use lie apart, each at the start of a line of the cache, and what was given back is used again. */
void densePiecesLieApart() {
  struct Piece : Dense {
    uint8_t bytes[300];
  };
  std::vector<Piece*> pieces;
  for (int i = 0; i < 20000; i++) {
    pieces.push_back(new Piece);
    memset(pieces.back()->bytes, i, sizeof pieces.back()->bytes);
  }
  for (int i = 0; i < 20000; i++) {
    EXPECT(pieces[i]->bytes[0] == static_cast<uint8_t>(i) && pieces[i]->bytes[299] == static_cast<uint8_t>(i));
  }
  const std::set<Piece*> before(pieces.begin(), pieces.end());
  EXPECT(before.size() == pieces.size());
  for (Piece* piece : pieces) delete piece;
  for (Piece*& piece : pieces) piece = new Piece;
#ifndef __SANITIZE_ADDRESS__
  for (Piece* piece : pieces) EXPECT(before.count(piece) == 1 && reinterpret_cast<uintptr_t>(piece) % 64 == 0);
#endif
  for (Piece* piece : pieces) delete piece;
}

/** A stream that left first among many and then last would be early by all of their time. */
void whoSharesATickKeepsItsPlace() {
  PacingWheel wheel(0);
  std::vector<PacedEntry> entries(5);
  for (auto& entry : entries) wheel.add(entry, 10);
  std::string order;
  int64_t tick = 0;
  while (PacedEntry* entry = wheel.take(50, &tick)) order += static_cast<char>('a' + (entry - entries.data()));
  EXPECT(order == "abcdeabcdeabcde");
}

void packetsFollowTheSchedule() {
  PacedStream stream;
  stream.settings.ssrc = 0xcafef00d;
  stream.settings.payloadType = 8;
  stream.settings.sequence = 0xffff;
  stream.settings.timestamp = 0xffffff00;
  stream.settings.timestampTick = 100;
  stream.useTrack(trackOf({160, 0, 80}, 1), 0);
  uint8_t packet[PacedStream::kPacketBytes];
  size_t length = 0;
  EXPECT(stream.write(140, packet, &length) == PacedStream::Frame::kAudio);
  const uint8_t first[] = {0x80, 0x88, 0xff, 0xff, 0x00, 0x00, 0x00, 0x40, 0xca, 0xfe, 0xf0, 0x0d, 1};
  EXPECT(length == 172 && memcmp(packet, first, sizeof first) == 0);
  EXPECT(stream.write(160, packet, &length) == PacedStream::Frame::kNone);
  // After silence with a marker, in sequence.
  EXPECT(stream.write(180, packet, &length) == PacedStream::Frame::kAudio);
  EXPECT(length == 92 && packet[1] == 0x88 && packet[2] == 0 && packet[3] == 0 && packet[12] == 3);
  EXPECT(stream.write(200, packet, &length) == PacedStream::Frame::kAudio);
  EXPECT(packet[1] == 0x08 && packet[3] == 1);
  stream.skip(220);
  EXPECT(stream.write(240, packet, &length) == PacedStream::Frame::kAudio);
  EXPECT(packet[1] == 0x88 && packet[3] == 2 && packet[12] == 3);
}

void digitsAreEvents() {
  PacedStream stream;
  stream.settings.eventPayloadType = 101;
  stream.settings.unitsPerMs = 48;
  stream.useTrack(trackOf({20}, 1), 0);
  stream.events.push(5, 60, 40);
  stream.events.push(11, 20, 0);
  uint8_t packet[PacedStream::kPacketBytes];
  size_t length = 0;
  std::string seen;
  for (int64_t tick = 20; tick <= 240; tick += 20) {
    const bool isEvent = stream.write(tick, packet, &length) == PacedStream::Frame::kEvent;
    EXPECT(length == (isEvent ? 16u : 32u));
    const int duration = (packet[14] << 8 | packet[15]) / 48;
    seen += isEvent ? std::to_string(packet[12]) + ((packet[13] & 0x80) != 0 ? "e" : ":") + std::to_string(duration) : "a";
    seen += (packet[1] & 0x80) != 0 ? "! " : " ";
  }
  // The marker of the audio is still to come when the first digit begins.
  EXPECT(seen == "5:20! 5:40 5e60 5e60 5e60 a! a 11e20! 11e20 11e20 a a ");
  stream.events.push(1, 100, 0);
  stream.events.push(2, 100, 0);
  stream.write(260, packet, &length);
  EXPECT(stream.events.clear() == 1);
  EXPECT(stream.write(280, packet, &length) == PacedStream::Frame::kAudio);
}

void marksBeginOnTimeOrNot() {
  PacedStream stream;
  stream.useTrack(trackOf({10, 10}, 1), 0);
  uint8_t packet[PacedStream::kPacketBytes];
  size_t length = 0;
  const auto play = [&](int64_t tick) {
    stream.write(tick, packet, &length);
    return packet[12];
  };
  stream.useMark(trackOf({10, 10}, 100), 40);
  EXPECT(play(20) == 1 && play(40) == 100 && stream.hasMark());
  EXPECT(play(60) == 101 && !stream.hasMark() && stream.marksSent() == 1);
  EXPECT(play(80) == 2);
  stream.useMark(trackOf({10, 10}, 100), 90);
  EXPECT(play(100) == 1 && !stream.hasMark());
  stream.useMark(trackOf({10, 10}, 100), 120);
  EXPECT(play(120) == 100);
  stream.skip(140);
  EXPECT(!stream.hasMark() && play(160) == 2 && stream.marksSent() == 1);
  stream.useMark(trackOf({10}, 100), 180);
  stream.useTrack(trackOf({10}, 50), 7);
  EXPECT(!stream.hasMark() && play(180) == 50);
  const std::vector<uint32_t> tooLong = {PacedStream::kPacketBytes};
  stream.useTrack(trackOf(tooLong, 9), 0);
  EXPECT(stream.write(200, packet, &length) == PacedStream::Frame::kNone);
}

/** One that the kernel does not take stands in nobody's way. */
void batchesLeaveInOrder() {
  UdpSocket first, second, far;
  for (UdpSocket* socket : {&first, &second, &far}) EXPECT(socket->open(loopback(), 1 << 20) == 0);
  const SocketAddress to = far.local();
  auto batch = std::make_unique<SendBatch>();
  std::string order;
  const auto put = [&](const UdpSocket& from, const SocketAddress& address, char name) {
    memset(batch->room(), name, SendBatch::kPacketBytes);
    batch->add(from.fd(), address, 1 + static_cast<size_t>(name) * 3 % 200, name);
    if (address == to) order += name;
  };
  for (const char name : {'a', 'b', 'c'}) put(first, to, name);
  put(second, to, 'd');
  for (const char name : {'e', 'f', 'g'}) put(first, name == 'f' ? loopback(0) : to, name);
  put(second, loopback(0), 'h');
  while (!batch->isFull()) put(first, to, 'i');
  EXPECT(batch->count() == SendBatch::kMost && batch->tick(0) == 'a');
  int failed = 0;
  for (size_t next = 0; next < batch->count();) {
    bool fails = false;
    next = batch->send(next, &fails);
    if (fails) failed++;
  }
  EXPECT(failed == 2);
  auto received = std::make_unique<DatagramBatch>();
  std::string seen;
  for (int count = far.receive(*received); count > 0; count = far.receive(*received)) {
    for (int i = 0; i < count; i++) {
      const std::string data(received->data(i), received->length(i));
      EXPECT(data == std::string(1 + static_cast<size_t>(data[0]) * 3 % 200, data[0]));
      seen += data[0];
    }
  }
  EXPECT(seen == order);
  batch->clear();
  EXPECT(batch->count() == 0 && !batch->isFull());
}

}  // namespace

int main() {
  theWheelKeepsEverySchedule();
  neighboursOfManyShareATick();
  whoSharesATickKeepsItsPlace();
  whoGoesIsNotTaken();
  densePiecesLieApart();
  packetsFollowTheSchedule();
  digitsAreEvents();
  marksBeginOnTimeOrNot();
  batchesLeaveInOrder();
  return verdict();
}
