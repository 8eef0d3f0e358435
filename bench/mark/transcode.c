/*
 * What stands between a phone and another one, by implementations that are independent of siploadgen: libopus, spandsp
 * (G.711, G.722) and bcg729. 16-bit mono samples at 8 kHz go out; in come payloads (a length of two bytes, low byte first,
 * before each) or such samples.
 *
 *   transcode payloads CODEC LOSS SEED PLC             packets of 20 ms are lost at random, then decoded
 *   transcode samples CODEC LOSS SEED PLC BITRATE      encoded in packets of 20 ms, lost at random, decoded
 *
 * PLC is `codec` (the decoder's own concealment; spandsp's decoders have none, so the last packet is repeated, fading) or
 * `silence`. A tool of the evaluation of the audio mark; siploadgen neither ships nor calls it.
 *
 * cc -O2 -o transcode transcode.c -lopus -lspandsp -lbcg729 -lm
 */
#include <bcg729/decoder.h>
#include <bcg729/encoder.h>
#include <math.h>
#include <opus/opus.h>
#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 8000, FRAME = RATE / 50, PHASES = 6, TAPS = 24, LONGEST_PAYLOAD = 4000 };

typedef struct {
    OpusEncoder *opus_encoder;
    OpusDecoder *opus_decoder;
    g722_encode_state_t *g722_encoder;
    g722_decode_state_t *g722_decoder;
    bcg729EncoderChannelContextStruct *g729_encoder;
    bcg729DecoderChannelContextStruct *g729_decoder;
    int is_pcma;
    int16_t last[FRAME];
} Codec;

/* Uniform in [0, 1): xorshift64*. */
static double draw(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (double)((*state * 2685821657736338717ULL) >> 11) / 9007199254740992.0;
}

/* 8 to 48 kHz by a windowed sinc of 24 taps; its delay is part of the chain's own. */
static void raise_rate(const int16_t *in, int16_t *out) {
    static int16_t history[TAPS];
    for (int i = 0; i < FRAME; i++) {
        memmove(history, history + 1, (TAPS - 1) * sizeof(int16_t));
        history[TAPS - 1] = in[i];
        for (int phase = 0; phase < PHASES; phase++) {
            double sum = 0;
            for (int tap = 0; tap < TAPS; tap++) {
                double t = tap - (TAPS / 2 - 1) - (double)phase / PHASES;
                double sinc = t == 0 ? 1 : sin(M_PI * t) / (M_PI * t);
                sum += history[tap] * sinc * (0.5 + 0.5 * cos(M_PI * t / (TAPS / 2 + 1)));
            }
            sum = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
            out[i * PHASES + phase] = (int16_t)lrint(sum);
        }
    }
}

static int open_codec(Codec *codec, const char *name, int bitrate) {
    int failure = OPUS_OK;
    if (strcmp(name, "opus") == 0) {
        int application = bitrate >= 32000 ? OPUS_APPLICATION_AUDIO : OPUS_APPLICATION_VOIP;
        codec->opus_encoder = opus_encoder_create(RATE * PHASES, 1, application, &failure);
        if (failure != OPUS_OK) return failure;
        opus_encoder_ctl(codec->opus_encoder, OPUS_SET_BITRATE(bitrate));
        codec->opus_decoder = opus_decoder_create(RATE, 1, &failure);
    } else if (strcmp(name, "g722") == 0) {
        codec->g722_encoder = g722_encode_init(NULL, 64000, G722_SAMPLE_RATE_8000);
        codec->g722_decoder = g722_decode_init(NULL, 64000, G722_SAMPLE_RATE_8000);
    } else if (strcmp(name, "g729") == 0) {
        codec->g729_encoder = initBcg729EncoderChannel(0);
        codec->g729_decoder = initBcg729DecoderChannel();
    } else codec->is_pcma = strcmp(name, "pcma") == 0;
    return failure;
}

static int encode(Codec *codec, const int16_t *in, uint8_t *payload) {
    if (codec->opus_encoder) {
        int16_t wide[FRAME * PHASES];
        raise_rate(in, wide);
        return opus_encode(codec->opus_encoder, wide, FRAME * PHASES, payload, LONGEST_PAYLOAD);
    }
    if (codec->g722_encoder) return g722_encode(codec->g722_encoder, payload, in, FRAME);
    if (codec->g729_encoder) {
        for (int at = 0; at < FRAME; at += 80) {
            uint8_t bytes = 0;
            bcg729Encoder(codec->g729_encoder, in + at, payload + at / 8, &bytes);
        }
        return FRAME / 8;
    }
    for (int i = 0; i < FRAME; i++) payload[i] = codec->is_pcma ? linear_to_alaw(in[i]) : linear_to_ulaw(in[i]);
    return FRAME;
}

/* A null payload is a lost packet that the decoder conceals; returns 0 where it failed. */
static int decode(Codec *codec, const uint8_t *payload, int length, int16_t *out) {
    if (codec->opus_decoder) return opus_decode(codec->opus_decoder, payload, length, out, FRAME, 0) == FRAME;
    if (codec->g729_decoder) {
        static const uint8_t nothing[FRAME / 8];
        const uint8_t *from = payload ? payload : nothing;
        for (int at = 0; at < FRAME; at += 80) bcg729Decoder(codec->g729_decoder, from + at / 8, 10, !payload, 0, 0, out + at);
        return 1;
    }
    if (!payload) {
        for (int i = 0; i < FRAME; i++) codec->last[i] = (int16_t)(codec->last[i] * 0.7);
        memcpy(out, codec->last, sizeof codec->last);
        return 1;
    }
    if (codec->g722_decoder) g722_decode(codec->g722_decoder, out, payload, length);
    else for (int i = 0; i < FRAME; i++) out[i] = codec->is_pcma ? alaw_to_linear(payload[i]) : ulaw_to_linear(payload[i]);
    memcpy(codec->last, out, sizeof codec->last);
    return 1;
}

/* Length of the next payload, 0 at the end. */
static int next_payload(Codec *codec, int are_samples, uint8_t *payload) {
    if (are_samples) {
        int16_t in[FRAME];
        return fread(in, sizeof in, 1, stdin) == 1 ? encode(codec, in, payload) : 0;
    }
    uint8_t size[2];
    if (fread(size, sizeof size, 1, stdin) != 1) return 0;
    int length = size[0] | size[1] << 8;
    return length <= LONGEST_PAYLOAD && fread(payload, length, 1, stdin) == 1 ? length : 0;
}

int main(int argc, char **argv) {
    int are_samples = argc == 7 && strcmp(argv[1], "samples") == 0;
    if (!are_samples && (argc != 6 || strcmp(argv[1], "payloads") != 0)) {
        fputs("usage: transcode payloads|samples CODEC LOSS SEED PLC [BITRATE] < in > out\n", stderr);
        return 2;
    }
    Codec codec = {0};
    if (open_codec(&codec, argv[2], are_samples ? atoi(argv[6]) : 64000) != OPUS_OK) return 1;
    double loss = atof(argv[3]);
    uint64_t chance = 0x9e3779b97f4a7c15ULL ^ (uint64_t)atoll(argv[4]);
    int conceals = strcmp(argv[5], "codec") == 0;
    uint8_t payload[LONGEST_PAYLOAD];
    int16_t out[FRAME];
    for (int length = next_payload(&codec, are_samples, payload); length > 0; length = next_payload(&codec, are_samples, payload)) {
        int is_lost = draw(&chance) < loss;
        if (is_lost && !conceals) memset(out, 0, sizeof out);
        else if (!decode(&codec, is_lost ? NULL : payload, is_lost ? 0 : length, out)) return 1;
        fwrite(out, sizeof out, 1, stdout);
    }
    return 0;
}
