// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - how fast the TSC runs.
 */
#include "clock.h"

/* Intel 8254, channel 2, gated by port 0x61 */
#define PIT_CHANNEL2		0x42
#define PIT_MODE		0x43
#define PIT_CHANNEL2_ONESHOT	0xb0	/* both bytes, mode 0, binary */
#define PIT_HZ			1193182
#define PIT_GATE		0x61
#define PIT_GATE_ON		0x01
#define PIT_SPEAKER_ON		0x02
#define PIT_OUT			0x20
#define MEASURE_MS		5
#define MEASUREMENTS		5
#define MEASURE_SPINS		100000000	/* no PIT: guess */
#define GUESS_KHZ		2000000

uint32_t tsc_khz;
uint32_t patience;

static uint32_t measure_once(void)
{
	uint16_t counts = PIT_HZ * MEASURE_MS / 1000;
	uint32_t spins = MEASURE_SPINS;
	uint64_t start, end;

	outb(PIT_GATE, (uint8_t)((inb(PIT_GATE) & ~PIT_SPEAKER_ON) |
				 PIT_GATE_ON));
	outb(PIT_MODE, PIT_CHANNEL2_ONESHOT);
	outb(PIT_CHANNEL2, counts & 0xff);
	start = rdtsc();
	outb(PIT_CHANNEL2, counts >> 8);	/* and it counts */
	while (!(inb(PIT_GATE) & PIT_OUT) && --spins)
		pause();
	end = rdtsc();
	return spins ? (uint32_t)((end - start) / MEASURE_MS) : GUESS_KHZ;
}

/* Who is held up (by a hypervisor, an SMI) finds more: the least is true. */
static uint32_t measure(void)
{
	uint32_t least = UINT32_MAX;

	for (int i = 0; i < MEASUREMENTS; i++) {
		uint32_t khz = measure_once();

		if (khz < least)
			least = khz;
	}
	return least;
}

void clock_init(uint32_t known_khz)
{
	tsc_khz = known_khz ? known_khz : measure();
}

void delay_us(uint64_t us)
{
	uint64_t end = rdtsc() + ticks_of_us(us);

	while (rdtsc() < end)
		pause();
}
