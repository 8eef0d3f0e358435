// The few functions of libuv that are used, as the node binary exports them: no header of libuv is needed to build.
// Sizes of its structures are asked for at run time.
#pragma once

#include <cstddef>
#include <cstdint>

struct uv_loop_s;
struct uv_handle_s;
struct uv_poll_s;
struct uv_prepare_s;
struct uv_timer_s;

extern "C" {
typedef void (*uv_close_cb)(uv_handle_s* handle);
typedef void (*uv_poll_cb)(uv_poll_s* handle, int status, int events);
typedef void (*uv_prepare_cb)(uv_prepare_s* handle);
typedef void (*uv_timer_cb)(uv_timer_s* handle);

size_t uv_handle_size(int type);
const char* uv_handle_type_name(int type);
void* uv_handle_get_data(const uv_handle_s* handle);
void uv_handle_set_data(uv_handle_s* handle, void* data);
int uv_poll_init(uv_loop_s* loop, uv_poll_s* handle, int fd);
int uv_poll_start(uv_poll_s* handle, int events, uv_poll_cb callback);
int uv_poll_stop(uv_poll_s* handle);
int uv_prepare_init(uv_loop_s* loop, uv_prepare_s* handle);
int uv_prepare_start(uv_prepare_s* handle, uv_prepare_cb callback);
int uv_prepare_stop(uv_prepare_s* handle);
int uv_timer_init(uv_loop_s* loop, uv_timer_s* handle);
int uv_timer_start(uv_timer_s* handle, uv_timer_cb callback, uint64_t timeoutMs, uint64_t repeatMs);
int uv_timer_stop(uv_timer_s* handle);
void uv_close(uv_handle_s* handle, uv_close_cb callback);
}

// Of uv_handle_type and uv_poll_event, in uv.h unchanged since libuv 1.0.
constexpr int kUvPoll = 8;
constexpr int kUvPrepare = 9;
constexpr int kUvTimer = 13;
constexpr int kUvReadable = 1;
constexpr int kUvWritable = 2;
