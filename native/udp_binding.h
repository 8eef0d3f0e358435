// UDP sockets for JavaScript: src/native/udp-addon.ts says what each function takes and gives.
#pragma once

#include <node_api.h>

#include <memory>
#include <vector>

#include "address_table.h"
#include "datagram_batch.h"
#include "read_rhythm.h"
#include "readiness_watch.h"
#include "turn_end.h"
#include "udp_outbox.h"
#include "udp_socket.h"

/** All UDP sockets of one thread of JavaScript. */
class UdpBinding {
 public:
  /** An object with the functions, alive as long as the thread. */
  static napi_value create(napi_env env);

 private:
  /** Of one socket in a row: others and timers want their turn. */
  static constexpr int kMostBatches = 8;

  struct Socket {
    Socket(UdpBinding* owner, int32_t number) : binding(owner), id(number), watch(this, onReady) {}
    UdpBinding* binding;
    int32_t id;
    UdpSocket udp;
    ReadinessWatch watch;
    ReadRhythm rhythm;
    /** Of a socket that sends in batches. */
    std::unique_ptr<UdpOutbox> outbox;
  };
  /** What the kernel refused of a batch, told at the end of the turn. */
  struct Refusal {
    int32_t id;
    UdpSocket::Failure failure;
  };

  explicit UdpBinding(napi_env env) : env_(env), turnEnd_(this, onTurnEnd) {}

  static napi_value start(napi_env env, napi_callback_info info);
  static napi_value open(napi_env env, napi_callback_info info);
  static napi_value connect(napi_env env, napi_callback_info info);
  static napi_value local(napi_env env, napi_callback_info info);
  static napi_value send(napi_env env, napi_callback_info info);
  static napi_value queuedBytes(napi_env env, napi_callback_info info);
  static napi_value close(napi_env env, napi_callback_info info);
  static napi_value addressId(napi_env env, napi_callback_info info);
  static napi_value addressHost(napi_env env, napi_callback_info info);
  static napi_value addressPort(napi_env env, napi_callback_info info);

  static void onReady(void* socket, bool readable, bool writable);
  static void onTurnEnd(void* binding);
  static void onTeardown(napi_async_cleanup_hook_handle hook, void* binding);

  Socket* socketAt(napi_env env, napi_value id);
  int32_t freeId();
  /** Room for so many new addresses; tells JavaScript when numbers have become void. */
  void reserveNumbers(uint32_t count);
  int32_t numberOf(const SocketAddress& address);
  /** One batch: how many. */
  int receive(Socket& socket);
  void flush(Socket& socket);
  /** A text, by the outbox of the socket or on its own: 0, or a negative errno. */
  int put(Socket& socket, napi_value text, const SocketAddress* to);
  int sendAlone(Socket& socket, napi_value text, const SocketAddress* to);
  /** What is in an outbox goes to the kernel. */
  void sendOut(Socket& socket);
  void sendAllOut();
  void close(Socket& socket);
  /** The event loop has let go of a handle. */
  void letGo();
  void tellFailure(int32_t id, int error, int32_t addressId);
  /** Calls JavaScript from the event loop: what it throws is an uncaught exception of the program. */
  void call(napi_ref function, size_t count, napi_value* arguments);

  napi_env env_;
  uv_loop_s* loop_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle teardown_ = nullptr;
  bool ending_ = false;
  napi_ref onDatagrams_ = nullptr;
  napi_ref onFailure_ = nullptr;
  /** Memory of JavaScript's, kept by references: age in ms and number of the source of each datagram of a batch. */
  napi_ref agesOwner_ = nullptr;
  napi_ref sourcesOwner_ = nullptr;
  double* ages_ = nullptr;
  /** One more than a batch has: the last is the generation of the numbers. */
  int32_t* sources_ = nullptr;
  AddressTable addresses_;
  DatagramBatch batch_;
  /** What is sent: longer than a datagram can be, so that a text which is too long stays too long. */
  char text_[66000];
  /** By number; empty places are used again. */
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<int32_t> free_;
  TurnEnd turnEnd_;
  /** Sockets with something in their outbox, by number. */
  std::vector<int32_t> filled_;
  std::vector<Refusal> refused_;
  std::vector<UdpSocket::Failure> failures_;
  /** Sockets that the event loop still holds on to, closed ones included, and the end of the turn. */
  int held_ = 1;
};
