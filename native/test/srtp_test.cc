// SRTP without JavaScript: the vectors of the RFCs, and a bounded fuzzer over what arrives. Built with sanitizers and run
// by test/native/sanitizers.test.ts, with the OpenSSL of the system.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "../aes_cm_cipher.h"
#include "../aes_gcm_cipher.h"
#include "../openssl.h"
#include "../srtp_receiver.h"
#include "../srtp_sender.h"
#include "expect.h"

namespace {

using Octets = std::vector<uint8_t>;

Octets unhex(const char* text) {
  Octets octets;
  for (; *text != '\0'; text++) {
    if (*text == ' ') continue;
    unsigned value = 0;
    std::sscanf(text, "%2x", &value);
    octets.push_back(static_cast<uint8_t>(value));
    text++;
  }
  return octets;
}

std::string textOf(const Octets& octets) {
  return std::string(octets.begin(), octets.end());
}

SrtpMasterKey masterKey(int profile, uint8_t first, const char* mki = "") {
  const SrtpSuite* suite = SrtpSuite::of(profile);
  SrtpMasterKey master = {suite, std::string(suite->keyBytes, '\0'), std::string(suite->saltBytes, '\0'), mki};
  for (char& octet : master.key) octet = static_cast<char>(first++);
  for (char& octet : master.salt) octet = static_cast<char>(first++);
  return master;
}

/** RFC 3711 B.3. */
void keysAreDerivedAsInTheRfc() {
  const SrtpMasterKey master = {SrtpSuite::of(1), textOf(unhex("E1F97A0D3E018BE0D64FA32C06DE4139")),
                                textOf(unhex("0EC675AD498AFEEBB6960B3AABE6")), ""};
  const SrtpSessionKeys keys = SrtpSessionKeys::derive(master, SrtpProtocol::kRtp);
  EXPECT(keys.key == textOf(unhex("C61E7A93744F39EE10734AFE3FF7A087")));
  EXPECT(keys.salt == textOf(unhex("30CBBC08863D8C85D49DB34A9AE1")));
  EXPECT(keys.authKey == textOf(unhex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")));
}

/** RFC 3711 B.2: over zeros, encryption gives the keystream. */
void theKeystreamOfCounterModeIsThatOfTheRfc() {
  const SrtpSessionKeys keys = {textOf(unhex("2B7E151628AED2A6ABF7158809CF4F3C")),
                                textOf(unhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")), std::string(20, '\0')};
  AesCmCipher cipher(keys, 10);
  Octets packet(1044512 + 10);
  cipher.seal({packet.data(), 0, 1044512, 0, 0, 0, packet.data() + 1044512});
  const auto block = [&](size_t number) { return Octets(&packet[16 * number], &packet[16 * number] + 16); };
  EXPECT(block(0) == unhex("E03EAD0935C95E80E166B16DD92B4EB4"));
  EXPECT(block(1) == unhex("D23513162B02D0F72A43A2FE4A5F97AB"));
  EXPECT(block(0xfeff) == unhex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
  EXPECT(block(0xff01) == unhex("6A2CC3787889374FBEB4C81B17BA6C44"));
}

SrtpSessionKeys gcmKeys(size_t keyBytes) {
  SrtpSessionKeys keys = {std::string(keyBytes, '\0'), "Quid pro quo", ""};
  for (size_t i = 0; i < keyBytes; i++) keys.key[i] = static_cast<char>(i);
  return keys;
}

/** Seals what is clear, expects the sealed one, and opens it again. */
void sealsAndOpens(size_t keyBytes, SrtpProtocol protocol, const Octets& clear, const Octets& sealed, SrtpPart part) {
  Octets packet = clear;
  packet.resize(clear.size() + 16);
  part.packet = packet.data();
  part.end = clear.size();
  part.tag = packet.data() + clear.size();
  AesGcmCipher(gcmKeys(keyBytes), protocol).seal(part);
  EXPECT(packet == sealed);
  AesGcmCipher opener(gcmKeys(keyBytes), protocol);
  packet[20] ^= 1;
  const Octets changed = packet;
  EXPECT(!opener.open(part) && packet == changed);
  packet[20] ^= 1;
  EXPECT(opener.open(part));
  EXPECT(Octets(packet.begin(), packet.begin() + static_cast<long>(clear.size())) == clear);
}

/** RFC 7714 16 and 17. */
void galoisModeIsThatOfTheRfc() {
  const Octets rtp = unhex(
      "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573");
  const SrtpPart rtpPart = {nullptr, 12, 0, 0x5501a0b2, 0xf17b, 0, nullptr};
  sealsAndOpens(16, SrtpProtocol::kRtp, rtp,
                unhex("8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a"
                      "51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce"),
                rtpPart);
  sealsAndOpens(32, SrtpProtocol::kRtp, rtp,
                unhex("8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02"
                      "76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13"),
                rtpPart);
  const Octets rtcp = unhex(
      "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef"
      "deadbeef");
  const SrtpPart rtcpPart = {nullptr, 8, 0, 0x4d617273, 0x5d4, 0x800005d4, nullptr};
  sealsAndOpens(16, SrtpProtocol::kRtcp, rtcp,
                unhex("81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda"
                      "4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade"),
                rtcpPart);
  sealsAndOpens(32, SrtpProtocol::kRtcp, rtcp,
                unhex("81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be"
                      "8415f658 c61de047 6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be"),
                rtcpPart);
}

/** RFC 7714 17.3: tagged and not encrypted. */
void whatIsOnlyAuthenticatedIsTaken() {
  Octets packet = unhex(
      "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef"
      "deadbeef 841dd968 3dd78ec9 2ae58790 125f62b3");
  AesGcmCipher opener(gcmKeys(16), SrtpProtocol::kRtcp);
  EXPECT(opener.open({packet.data(), 52, 52, 0x4d617273, 0x5d4, 0x5d4, packet.data() + 52}));
}

void keysThatDoNotFitAreNone() {
  EXPECT(SrtpSuite::of(3) == nullptr);
  EXPECT(!(SrtpMasterKey{nullptr, "", "", ""}.fits()));
  SrtpMasterKey master = masterKey(7, 1);
  EXPECT(master.fits());
  master.mki = std::string(129, 'x');
  EXPECT(!master.fits());
  master = masterKey(8, 1);
  master.key.pop_back();
  EXPECT(!master.fits());
}

Octets rtpPacket(uint32_t number, size_t payloadBytes) {
  Octets packet(12 + payloadBytes, 0x55);
  packet[0] = 0x80;
  packet[1] = 0;
  packet[2] = static_cast<uint8_t>(number >> 8);
  packet[3] = static_cast<uint8_t>(number);
  memset(&packet[4], 7, 8);
  return packet;
}

/** In memory of exactly its size, so that the sanitizer sees what goes beyond. */
Octets sealed(SrtpSender& sender, const Octets& clear) {
  Octets packet = clear;
  packet.resize(clear.size() + sender.rtpOverheadBytes());
  EXPECT(sender.protectRtp(packet.data(), clear.size(), packet.size()) == packet.size());
  return packet;
}

void packetsWithoutRoomAreRefused() {
  SrtpSender sender(masterKey(1, 1));
  Octets packet = rtpPacket(1, 20);
  EXPECT(sender.protectRtp(packet.data(), 32, 41) == 0);
  EXPECT(sender.protectRtp(packet.data(), static_cast<size_t>(-1), 42) == 0);
  EXPECT(sender.protectRtcp(packet.data(), 7, 32) == 0);
  EXPECT(sender.protectRtcp(packet.data(), 32, 32) == 0);
  packet[0] = 0x9f;
  packet.resize(200);
  EXPECT(sender.protectRtp(packet.data(), 32, 200) == 0);
}

/** Three rollovers of the sequence number, with each packet read once and refused the second time. */
void everyRoundIsReadOnce(int profile) {
  SrtpSender sender(masterKey(profile, 1));
  SrtpReceiver receiver;
  receiver.addKey(masterKey(profile, 1));
  for (uint32_t number = 65000; number < 65000 + 3 * 65536; number += number % 65536 < 300 ? 1 : 97) {
    const Octets clear = rtpPacket(number, number % 40);
    Octets packet = sealed(sender, clear);
    Octets again = packet;
    const SrtpResult result = receiver.unprotectRtp(packet.data(), packet.size());
    EXPECT(result.isClear && result.length == clear.size());
    EXPECT(memcmp(packet.data(), clear.data(), clear.size()) == 0);
    const SrtpResult second = receiver.unprotectRtp(again.data(), again.size());
    EXPECT(!second.isClear && second.failure == SrtpFailure::kReplayed);
  }
}

/** Arbitrary octets, and true packets that were changed: none is taken, none is changed, and true ones still are taken. */
void hostilePacketsChangeNothing(int profile, const char* mki) {
  std::mt19937 random(static_cast<unsigned>(profile));
  SrtpSender sender(masterKey(profile, 1, mki));
  SrtpReceiver receiver;
  receiver.addKey(masterKey(profile, 1, mki));
  receiver.addKey(masterKey(profile, 50, mki[0] == '\0' ? "" : "other"));
  uint32_t number = 60000;
  for (int i = 0; i < 60000; i++) {
    Octets packet(random() % 120);
    for (uint8_t& octet : packet) octet = static_cast<uint8_t>(random());
    if (i % 3 == 0) {
      packet = sealed(sender, rtpPacket(number++, random() % 100));
      if (i % 2 == 0) packet.resize(random() % packet.size());
      else packet[random() % packet.size()] ^= static_cast<uint8_t>(1 + random() % 255);
    }
    if (!packet.empty() && i % 3 == 1) packet[0] = static_cast<uint8_t>(0x80 | (random() & 0x3f));
    const Octets before = packet;
    EXPECT(!receiver.unprotectRtp(packet.data(), packet.size()).isClear);
    EXPECT(!receiver.unprotectRtcp(packet.data(), packet.size()).isClear);
    EXPECT(packet == before);
    if (i % 500 != 0) continue;
    packet = sealed(sender, rtpPacket(number++, 20));
    EXPECT(receiver.unprotectRtp(packet.data(), packet.size()).isClear);
  }
}

}  // namespace

int main() {
  EXPECT(openssl.missingForSrtp.empty());
  if (failures > 0) return verdict();
  keysAreDerivedAsInTheRfc();
  theKeystreamOfCounterModeIsThatOfTheRfc();
  galoisModeIsThatOfTheRfc();
  whatIsOnlyAuthenticatedIsTaken();
  keysThatDoNotFitAreNone();
  packetsWithoutRoomAreRefused();
  for (int profile : {1, 2, 7, 8}) {
    everyRoundIsReadOnce(profile);
    hostilePacketsChangeNothing(profile, "");
    hostilePacketsChangeNothing(profile, "mki-4");
  }
  return verdict();
}
