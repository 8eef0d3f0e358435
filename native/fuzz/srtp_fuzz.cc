// Whatever comes under keys, as SRTP and as SRTCP: what the far side did not seal is never taken and never changed, what
// it sealed is taken once, and no attack keeps that from being so.
#include <cstring>

#include "../big_endian.h"
#include "../openssl.h"
#include "../srtp_receiver.h"
#include "../srtp_sender.h"
#include "fuzz_input.h"

namespace {

SrtpMasterKey masterKey(int profile, uint8_t first, const char* mki) {
  const SrtpSuite* suite = SrtpSuite::of(profile);
  return {suite, std::string(suite->keyBytes, static_cast<char>(first)), std::string(suite->saltBytes, 'S'), mki};
}

/** One protocol between a sender and a receiver. */
class Association {
 public:
  Association(int profile, const char* mki) : sender_(masterKey(profile, 1, mki)) {
    receiver_.addKey(masterKey(profile, 1, mki));
    if (mki[0] != '\0') receiver_.addKey(masterKey(profile, 2, "other"));
  }

  void attack(const Octets& packet) {
    refused(packet, true);
    refused(packet, false);
  }

  /** A true packet, then the same again. */
  void carry(bool isRtp, size_t payloadBytes) {
    const Octets clear = isRtp ? rtp(payloadBytes) : rtcp(payloadBytes);
    last_ = seal(isRtp, clear);
    Octets packet = last_;
    const SrtpResult result = open(&packet, isRtp);
    HOLDS(result.isClear && result.length == clear.size());
    HOLDS(memcmp(packet.data(), clear.data(), clear.size()) == 0);
    packet = last_;
    const SrtpResult again = open(&packet, isRtp);
    HOLDS(!again.isClear && again.failure == SrtpFailure::kReplayed && packet == last_);
  }

  /** A true packet of which a piece is exchanged, or what follows is cut off. */
  void forge(bool isRtp, size_t at, const Octets& piece) {
    Octets packet = seal(isRtp, isRtp ? rtp(30) : rtcp(30));
    const Octets before = packet;
    if (piece.empty()) packet.resize(at % packet.size());
    for (size_t i = 0; i < piece.size(); i++) packet[(at + i) % packet.size()] = piece[i];
    if (packet != before) refused(packet, isRtp);
  }

 private:
  SrtpResult open(Octets* packet, bool isRtp) {
    return isRtp ? receiver_.unprotectRtp(packet->data(), packet->size()) : receiver_.unprotectRtcp(packet->data(), packet->size());
  }
  void refused(const Octets& packet, bool isRtp) {
    Octets copy = packet;
    HOLDS(!open(&copy, isRtp).isClear && copy == packet);
  }
  Octets seal(bool isRtp, const Octets& clear) {
    Octets packet = clear;
    packet.resize(clear.size() + (isRtp ? sender_.rtpOverheadBytes() : sender_.rtcpOverheadBytes()));
    const size_t length = isRtp ? sender_.protectRtp(packet.data(), clear.size(), packet.size())
                                : sender_.protectRtcp(packet.data(), clear.size(), packet.size());
    HOLDS(length == packet.size());
    return packet;
  }
  Octets rtp(size_t payloadBytes) {
    Octets packet(12 + payloadBytes, 0x55);
    packet[0] = 0x80;
    packet[1] = 0;
    writeUint16(&packet[2], sequence_++);
    return packet;
  }
  Octets rtcp(size_t payloadBytes) {
    Octets packet(8 + payloadBytes, 0x55);
    packet[0] = 0x80;
    packet[1] = 201;
    return packet;
  }

  SrtpSender sender_;
  SrtpReceiver receiver_;
  uint16_t sequence_ = 65530;
  Octets last_;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  HOLDS(openssl.missingForSrtp.empty());
  constexpr int kProfiles[] = {1, 2, 7, 8};
  FuzzInput input(data, size);
  const uint8_t settings = input.octet();
  Association association(kProfiles[settings % 4], (settings & 4) != 0 ? "mki" : "");
  while (!input.isOver()) {
    const uint8_t what = input.octet();
    const bool isRtp = (what & 4) != 0;
    if (what % 4 == 0) association.carry(isRtp, what >> 3);
    else if (what % 4 == 1) association.forge(isRtp, input.octet(), input.packet());
    else association.attack(input.packet());
  }
  association.carry(true, 20);
  association.carry(false, 20);
  return 0;
}

std::vector<Octets> fuzzSeeds() {
  std::vector<Octets> seeds;
  for (uint8_t settings = 0; settings < 8; settings++) {
    Octets seed = {settings};
    for (uint8_t i = 0; i < 10; i++) {
      seed.push_back(static_cast<uint8_t>(i * 4));
      seed.insert(seed.end(), {static_cast<uint8_t>(i % 2 == 0 ? 1 : 5), static_cast<uint8_t>(i * 7)});
      append(&seed, Octets(i % 3, i));
      Octets packet(14 + i * 5, i);
      packet[0] = static_cast<uint8_t>(i % 3 == 0 ? 0x90 : 0x80);
      packet[1] = static_cast<uint8_t>(i % 2 == 0 ? 0 : 201);
      seed.push_back(2);
      append(&seed, packet);
    }
    seeds.push_back(seed);
  }
  return seeds;
}
