// Unprotects what one side receives, for any number of SSRCs (RFC 3711 3.3, 3.4). With several master keys the MKI of
// each packet picks one; rollover counter and replay list belong to the source, whatever the key. Knows no socket and no
// JavaScript; one thread at a time may use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "packet_index.h"
#include "replay_window.h"
#include "srtp_context.h"

/** Why a packet cannot be unprotected, in the order of src/media/srtp/srtp-failure.ts. */
enum class SrtpFailure { kTooShort, kBadHeader, kUnknownMki, kAuthFailed, kReplayed, kTooOld };

/** The length of a packet in clear, or why there is none. */
struct SrtpResult {
  SrtpResult(size_t bytes) : isClear(true), length(bytes) {}
  SrtpResult(SrtpFailure why) : isClear(false), failure(why) {}

  bool isClear;
  size_t length = 0;
  SrtpFailure failure = SrtpFailure::kTooShort;
};

class SrtpReceiver {
 public:
  /** Takes keys that fit their suites; further ones have MKIs as long as the first one's. */
  void addKey(const SrtpMasterKey& master);

  /** Unprotects an SRTP packet in place; on a failure it is as it was. */
  SrtpResult unprotectRtp(uint8_t* packet, size_t length);
  /** The same for an SRTCP packet. One whose E flag is not set is authenticated and was not encrypted. */
  SrtpResult unprotectRtcp(uint8_t* packet, size_t length);

 private:
  struct Source {
    PacketIndex index;
    ReplayWindow rtp;
    ReplayWindow rtcp;
  };

  const SrtpContext* contextOf(const uint8_t* packet, size_t length, SrtpProtocol protocol) const;
  /** nullptr for a source of which nothing authentic has come. */
  Source* known(uint32_t ssrc);
  /** Only what is authentic makes a source (RFC 4568 6.4.1). */
  Source& keep(uint32_t ssrc);

  /** Nearly every packet is of the source of the one before, which is here and not among the others. */
  bool hasLast_ = false;
  uint32_t lastSsrc_ = 0;
  Source last_;
  /** Nearly always there is one key. */
  std::optional<SrtpContext> first_;
  std::list<SrtpContext> further_;
  std::unordered_map<uint32_t, Source> sources_;
};

/** One that the thread that receives and JavaScript use, whoever has a packet to open. */
struct SharedSrtpReceiver {
  std::mutex mutex;
  SrtpReceiver receiver;
};
