/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * park.pml - the park's protocol as a model for SPIN. tests/model/run checks
 * it in small configurations, and that each seeded mistake is found.
 *
 * Modelled: park.c (arrive, is_warden, may_sleep, park_halt, leave, the command
 * that is too late), warden.c (read_order, obey, command, acknowledge,
 * hand_over, wake_self, wake_other, wake_all, kick_if_here, disarm, the grace of
 * an absent CPU), the ping of gather.c, and a kernel that does to the mailbox
 * what Linux does and worse: it offlines a CPU (the CPU jumps to the reset
 * vector, TEST, and a WAKEUP over a TEST that timed out), onlines CPUs in any
 * order without waiting for them to come up, and sends stray interrupts.
 * States, fields and functions bear the names of the C code.
 *
 * A step here is one load, store or locked operation of the C code. A word
 * that is read twice, or the vector beside its word, takes as many steps. CPUs
 * are x86: stores come in order; where a store must be seen before a later
 * load (SEQ_CST in C) the mutant with a plain store does the load first.
 *
 * Left out:
 * - Time. A timeout that a kernel may have comes at any moment; the warden's
 *   own end only where the configuration says so. A nap ends when there is
 *   something to see, so nothing here spins, every run ends, and a run that
 *   ends with the kernel still waiting is a deadlock.
 * - The APIC but for "something is pending": a kick is there once it was sent.
 * - KPRK records, machine state, SIPI: nothing in them is waited for.
 * - Slots that purgatory empties (EMPTY but at first), and INIT that does not
 *   reach a CPU: tests/unit/test_park.c has what such a CPU does.
 * - Kicks that a warden holds back when purgatory pings it: it drops them, for their
 *   CPUs do not answer, and get INIT. Here it keeps them; all are parked by then.
 * - A TEST of a CPU that is commanded and still here, which kicks it once more, as a
 *   WAKEUP does; the disarming 60 s after the jump, which only the warden writes; and
 *   purgatory that calls CPUs over into a newer park: to this one a kernel like any.
 * - MWAIT and PAUSE in place of HLT: they end by all that ends HLT, and by a store to
 *   what they look at besides.
 * - Purgatory that goes on when some did not answer the first ping, and do answer the
 *   second: here a ping that is not answered ends in a cold boot.
 * - Purgatory's zeroing of `senders` after the second ping: all have answered, so who
 *   still counted there is dead.
 *
 * Configurations (-D): N CPUs, OPS operations of the kernel; DOWN to UP CPUs
 * are up at the start, the others parked, the last of them the warden, or with
 * ANY any of them; then
 * STORM	stray interrupts and NMIs, also in the shadow of STI
 * ABSENT	WAKEUP for CPUs that are not there; the grace may end any time
 * REFUSED	a successor may be too slow to take the office
 * LATE		a kick is lost, and a command found too late
 * HOLD		the warden may hold a kick back, until nothing more is ordered
 * FAULT	the warden dies of a machine check
 * BROADCAST	apic_id 0xffffffff
 * WITHDRAW	a kernel that loses patience clears its own command
 * HOP		purgatory appoints another warden and pings, then a new kernel
 * STALE	with HOP: the last kernel left a WAKEUP in the mailbox
 * LIVE		1 or 2: the LTL formulas at the end
 *
 * A run fails by an assertion, or by an end state in which a process is not
 * at a label end_*: a lost command, or a CPU that was promised and sleeps on.
 * MUTANT_x puts in a mistake that has to be found so.
 */

#ifndef N
#define N 3
#endif
#ifndef OPS
#define OPS 3
#endif

#ifndef UP
#define UP N
#endif
#ifndef DOWN
#define DOWN 0
#endif

#define BROADCAST_ID	6	/* MAILBOX_BROADCAST */
#define NO_WARDEN	7	/* PARK_NO_WARDEN */
#define NOBODY		N	/* an APIC ID without a slot */

/* command */
#define NOOP	0
#define WAKEUP	1
#define TEST	2

/* state */
#define EMPTY		0
#define PARKED		1
#define COMMANDED	2
#define GONE		3
#define FAULTED		4

/* struct park_mailbox, struct park_header */
byte command, apic_id, wakeup_vector;
byte warden = NO_WARDEN;
bool wakeup_entry = true;	/* the MADT entry is armed */

/* struct park_slot */
byte state[N], wake_vector[N], senders[N];
#ifdef HOP
bit ping[N], pong[N];
#endif

/* The vector of an order that the last kernel gave: who took it is not ours. */
#ifdef STALE
#define OLD_VECTOR	9
#else
#define OLD_VECTOR	255
#endif

#if defined(REFUSED) || defined(LATE)
#define SLOW
#endif

/* Each CPU's APIC */
bool irr[N];			/* an interrupt is pending */
bool closed[N];			/* software-disabled: no kick may come now */
#ifdef STORM
bool nmi[N];
#endif

/* What the kernel knows, and what only the assertions look at */
bool go_park[N];		/* kernel: jump to the reset vector */
bool alive[N];			/* the CPU is in the kernel */
bool promised[N];		/* its WAKEUP was acknowledged */
bool lost[N];			/* .. but the warden had to refuse it */
byte ordered[N];		/* the vector it may come with, 0 = none */
byte given[N];			/* the last vector its slot took */
#ifdef LATE
bool old[N];			/* the command's age is 8 s */
bool leaving[N];		/* its CPU found it young enough */
bool excused[N];		/* its kick was lost */
bit kicks_to_lose = 1;
#endif
#ifdef FAULT
bit faults = 1;
byte leaked[N];			/* senders that died while they were counted */
#endif

/* park.c *******************************************************************/

inline arrive() {
	d_step {			/* open_apic */
		irr[self] = false;
		closed[self] = false
	}
#ifdef MUTANT_LOOK_BEFORE_PARKED
	seen = warden;
	looked = true;
#endif
	state[self] = PARKED
}

inline park_answer_ping() {
#ifdef HOP
	if
	:: pong[self] != ping[self] -> pong[self] = ping[self]
	:: else
	fi
#else
	skip
#endif
}

/* ok = a kernel that waited so long has gone on without this CPU */
inline is_too_late() {
	ok = false;
#if defined(LATE) && !defined(MUTANT_NEVER_TOO_LATE)
	d_step {
		ok = old[self];
		leaving[self] = !ok
	}
#endif
}

/* ok = this CPU is the warden */
inline is_warden() {
#ifdef MUTANT_LOOK_BEFORE_PARKED
	if
	:: !looked -> seen = warden
	:: else
	fi;
#else
	seen = warden;
#endif
	if
	:: seen == NO_WARDEN ->
		d_step {		/* compare-and-swap */
			ok = (warden == NO_WARDEN);
			if
			:: ok -> warden = self
			:: else
			fi;
			seen = 0
		}
	:: else -> d_step { ok = (seen == self); seen = 0 }
	fi
}

/* IF=0 here: what is kicked from now on stays pending. */
inline may_sleep() {
	ok = (state[self] != COMMANDED);
#ifdef HOP
	if
	:: ok -> ok = (ping[self] == pong[self])
	:: else
	fi;
#endif
#ifdef MUTANT_LOOK_BEFORE_PARKED
	if
	:: ok && !looked -> ok = (warden != NO_WARDEN)
	:: else -> looked = false
	fi
#else
	if
	:: ok -> ok = (warden != NO_WARDEN)
	:: else
	fi
#endif
}

#ifdef STORM
#define halt_ends	(irr[self] || nmi[self])
#else
#define halt_ends	irr[self]
#endif

inline park_halt() {
	/* STI: interrupts stay out until the HLT has begun .. */
	ok = true;
#ifdef MUTANT_NO_STI_SHADOW
	if
	:: irr[self] -> irr[self] = false
	:: true
	fi;
#endif
#ifdef STORM
	if
	:: nmi[self] -> nmi[self] = false;	/* .. but for an NMI here: */
		if
		:: irr[self] -> irr[self] = false;
#ifndef MUTANT_NO_STEP_OVER
			ok = false	/* call_c steps over the HLT */
#endif
		:: true
		fi
	:: true
	fi;
#endif
	if
	:: ok ->
end_hlt:	atomic {
			halt_ends -> irr[self] = false;
#ifdef STORM
			nmi[self] = false;
#endif
		}
	:: else
	fi
}

inline sleep() {
	may_sleep();
	if
	:: ok -> park_halt()
	:: else
	fi
}

/* A kick that comes once the APIC is closed is the next kernel's. */
inline leave() {
	vector = wake_vector[self];
#ifndef MUTANT_GONE_LAST
	state[self] = GONE;
#endif
#ifndef MUTANT_NO_WAIT_FOR_SENDERS
#ifdef FAULT
	(senders[self] == leaked[self]);	/* or 100 ms are over */
#else
	(senders[self] == 0);
#endif
#endif
	d_step {			/* close_apic */
		irr[self] = false;
		closed[self] = true
	};
#ifdef MUTANT_GONE_LAST
	state[self] = GONE;
#endif
	d_step {			/* the jump */
		assert(warden != self || vector == OLD_VECTOR);	/* the office stays here */
		assert(vector == OLD_VECTOR ||
		       (vector && ordered[self] == vector));	/* taken once */
		ordered[self] = 0;
		vector = 0;
		wake_vector[self] = 0;
#ifdef LATE
		leaving[self] = false;
#endif
		alive[self] = true
	}
}

/* warden.c *****************************************************************/

/* ok = there is an order */
inline read_order() {
	d_step {
		o_command = command;
		o_cpu = apic_id;
		ok = (o_command != NOOP)
	};
	if
	:: ok ->
		o_vector = wakeup_vector;
#ifndef MUTANT_NO_REREAD
		ok = (command == o_command && apic_id == o_cpu)
#endif
	:: else -> p_command = NOOP
	fi
}

/* The assertion: first disarm, then acknowledge. */
inline acknowledge() {
	d_step {
		assert(o_command != WAKEUP || !wakeup_entry);
#ifdef MUTANT_PLAIN_ZERO
		command = NOOP;
#else
		if
#ifdef MUTANT_CAS_COMMAND_ONLY
		:: command == o_command -> command = NOOP
#else
		:: command == o_command && apic_id == o_cpu -> command = NOOP
#endif
		:: else
		fi;
#endif
	}
}

inline disarm() { wakeup_entry = false }

/*
 * A machine check that cannot be survived. Not if the one parked CPU that can
 * take over is the one it was waking: with nobody parked nobody answers.
 */
#define heir(c)	(c != self && c != o_cpu && state[c] == PARKED)
#if N > 2
#define another_parked	(heir(0) || heir(1) || heir(2))
#else
#define another_parked	(heir(0) || heir(1))
#endif
inline fault_here(leak) {
#ifdef FAULT
	if
	:: d_step {
		faults && another_parked ->
		faults = 0;
		if
		:: leak -> leaked[o_cpu]++
		:: else
		fi
	}; goto faulted
	:: true
	fi
#else
	skip
#endif
}

/* Hands the vector to slot c; ok = it took it. */
inline command_slot(c) {
	ok = (state[c] == PARKED);
	if
	:: ok ->
		d_step {
			wake_vector[c] = o_vector;
#ifdef LATE
			old[c] = false;
#endif
		};
		d_step {		/* compare-and-swap */
			ok = (state[c] == PARKED);
			if
			:: ok -> state[c] = COMMANDED; given[c] = o_vector
			:: else
			fi
		}
	:: else
	fi
}

inline announce_kick(c) {
#ifdef MUTANT_NO_SENDERS
	skip
#else
	senders[c]++
#endif
}

inline end_kick(c) {
#ifdef MUTANT_NO_SENDERS
	skip
#else
	d_step {
		assert(senders[c] > 0);
		senders[c]--
	}
#endif
}

inline send_kick(c) {
	atomic {
		assert(!closed[c]);	/* else it lands in the kernel */
		if
		:: irr[c] = true
#ifdef LATE
		:: kicks_to_lose -> kicks_to_lose = 0; excused[c] = true
#endif
		fi
	}
}

/* Commanded: its kick was held back, or missed. parked = one that is was kicked. */
inline kick_if_here(c, if_parked) {
	announce_kick(c);
	seen = state[c];
	if
	:: seen == PARKED && (if_parked) -> parked = true; send_kick(c)
#ifndef MUTANT_COMMANDED_NOT_KICKED
	:: seen == COMMANDED -> send_kick(c)
#endif
	:: else
	fi;
	seen = 0;
	end_kick(c)
}

/* parked = there is an heir: the last parked CPU */
inline kick_heir() {
	parked = false;
	i = N;
	do
	:: i > 0 && !parked -> i--; kick_if_here(i, true)
	:: else -> i = 0; break
	od
}

inline kick_all(if_parked) {
	do
	:: i < N -> kick_if_here(i, if_parked); i++
	:: else -> i = 0; break
	od;
	parked = false
}

/*
 * ok = the office was taken in time, or there is nobody any more to take it:
 * who took it may have been sent away too by now, unseen.
 */
inline is_settled_within() {
	ok = true;
	do
	:: i < N ->
		if
#ifndef MUTANT_NO_SECOND_LOOK
		:: state[i] != PARKED -> i++
#endif
		:: warden != NO_WARDEN -> i = N
#ifdef SLOW
		:: true -> ok = false; i = N
#endif
		fi
	:: else -> i = 0; break
	od
}

/* ok = false: somebody is parked but has not taken the office in time. */
inline hand_over() {
	ok = true;
#ifndef MUTANT_NO_HAND_OVER
#ifdef MUTANT_SCAN_BEFORE_VACANT
	kick_heir();
	warden = NO_WARDEN;	
#else
	warden = NO_WARDEN;	
	fault_here(false);
	kick_heir();
#endif
	if
	:: parked -> is_settled_within()
	:: else
	fi;
	parked = false;
	if
	:: !ok ->
		kick_all(true);
		is_settled_within()
	:: else
	fi;
	if
	:: !ok ->
		d_step {		/* compare-and-swap */
#ifndef MUTANT_RETAKE_BY_STORE
			ok = (warden != NO_WARDEN);
#endif
			if
			:: !ok -> warden = self
			:: else
			fi
		}
	:: else
	fi
#endif
}

/* With no successor it stays. */
inline give_away() {
	hand_over();
	if
	:: !ok ->
		d_step {
			if
			:: ordered[self] == wake_vector[self] ->
				lost[self] = true;
				ordered[self] = 0
			:: else			/* the kernel has given up */
			fi
		};
		state[self] = PARKED
	:: else
	fi
}

/* The burst is over. */
inline kick_held() {
#ifdef HOLD
	if
	:: held -> held = false; kick_all(false)
	:: else
	fi
#else
	skip
#endif
}

inline wake_self() {
	command_slot(self);
	if
	:: ok ->
#ifndef MUTANT_ACKNOWLEDGE_LAST
		acknowledge();		/* while no other warden can read it */
#endif
#ifndef MUTANT_HELD_BY_THE_HEIR
		kick_held();
#endif
		give_away();
#ifdef MUTANT_ACKNOWLEDGE_LAST
		acknowledge()
#endif
	:: else
	fi
}

/* obey: kick_if_here of a CPU that is commanded already */
inline kick_again() {
#ifdef MUTANT_NO_KICK_AGAIN
	skip
#else
	announce_kick(o_cpu);
	if
	:: state[o_cpu] == COMMANDED -> send_kick(o_cpu)
	:: else
	fi;
	end_kick(o_cpu)
#endif
}

inline wake_other() {
#ifdef MUTANT_SENDERS_AFTER_STATE
	command_slot(o_cpu);
	if
	:: ok ->
		acknowledge();
		announce_kick(o_cpu);
		send_kick(o_cpu);
		end_kick(o_cpu)
	:: else
	fi
#else
	announce_kick(o_cpu);
#ifdef MUTANT_ACKNOWLEDGE_FIRST
	acknowledge();
	command_slot(o_cpu);
#else
	command_slot(o_cpu);
	fault_here(true);
#endif
	if
	:: ok ->
#ifndef MUTANT_ACKNOWLEDGE_FIRST
		acknowledge();
		fault_here(true);
#endif
#ifndef MUTANT_NO_KICK
		if
		:: send_kick(o_cpu)
#ifdef HOLD
		:: held = true
#endif
		fi
#endif
	:: else
	fi;
	end_kick(o_cpu)
#endif
}

inline wake_all() {
	do
	:: i < N ->
		if
		:: i == self
		:: else ->
			announce_kick(i);
			command_slot(i);
			if
			:: ok -> send_kick(i)
			:: else
			fi;
			end_kick(i)
		fi;
		i++
	:: else -> i = 0; break
	od;
	wake_self()
}

/* ok = obeyed, false = nobody to act on yet */
inline obey() {
	if
#ifndef MUTANT_DISARM_LAST
	:: o_command == WAKEUP -> disarm()
#endif
	:: else
	fi;
	ok = true;
	if
#ifdef BROADCAST
	:: o_command == WAKEUP && o_cpu == BROADCAST_ID -> wake_all(); ok = true
#endif
	:: o_command == WAKEUP && o_cpu < N ->
		kick_again();
		ok = (state[o_cpu] == PARKED);
		if
		:: ok && o_cpu == self -> wake_self(); ok = true
		:: ok && o_cpu != self -> wake_other(); ok = true
		:: else
		fi
	:: o_command == TEST && o_cpu < N ->
#ifndef MUTANT_TEST_UNSEEN
		ok = (state[o_cpu] == PARKED);
#endif
		if
		:: ok -> acknowledge()
		:: else
		fi
	:: else -> ok = false		/* find: no such slot */
	fi
#ifdef MUTANT_DISARM_LAST
	; disarm()
#endif
}

/* May the two seconds be over? Without ABSENT not for one on its way. */
#if defined(MUTANT_NO_GRACE)
#define GRACE(c)	false
#elif defined(ABSENT)
#define GRACE(c)	true
#else
#define GRACE(c)	(c == NOBODY || state[c % N] == FAULTED || alive[c % N])
#endif

inline look() {
	read_order();
	if
	:: ok ->
		d_step { p_command = o_command; p_cpu = o_cpu };
		obey();
		if
		:: ok -> p_command = NOOP
		:: else ->
			if
			:: o_command == WAKEUP && GRACE(o_cpu) ->
				acknowledge();
				p_command = NOOP
			:: else
#ifdef ABSENT
			:: true			/* not over yet */
#endif
			fi
		fi
	:: else
	fi;
	d_step { o_command = NOOP; o_cpu = 0; o_vector = 0; ok = false }
}

/* The timer ends it twice in a millisecond: that is, when it matters. */
#define something_new \
	(command != NOOP && !(command == p_command && apic_id == p_cpu))
#ifdef MUTANT_NO_KICK_AGAIN
#define kick_is_due	false
#else
#define kick_is_due \
	(p_command == WAKEUP && state[p_cpu % N] == COMMANDED && \
	 !irr[p_cpu % N])
#endif
#define target_came \
	(p_command != NOOP && p_cpu < N && \
	 (state[p_cpu % N] == PARKED || kick_is_due))

inline nap() {
	fault_here(false);
#ifdef HOLD
	if
	:: something_new || warden != self || state[self] != PARKED ->
		goto awake		/* and looks: it may be withdrawn by then */
#ifndef MUTANT_HELD_TO_SLEEP
	:: kick_held()
#else
	:: true
#endif
	fi;
#endif
end_nap:
	if
	:: something_new || target_came
	:: warden != self || state[self] != PARKED
#ifdef HOP
	:: ping[self] != pong[self]
#endif
	:: p_command == WAKEUP && GRACE(p_cpu)
	fi;
#ifdef HOLD
awake:
#endif
	if
	:: p_command != NOOP && command == NOOP -> p_command = NOOP
	:: else
	fi
}

/* Until this CPU is to leave, or another has the office. */
inline warden_serve() {
	do
	:: warden != self -> break
	:: warden == self ->
		if
		:: state[self] != PARKED -> break
		:: else
		fi;
		look();
		park_answer_ping();
		nap()
	od;
	atomic { p_command = NOOP; p_cpu = 0 };
#ifndef MUTANT_LEAVE_IN_OFFICE
	/* It was commanded just before it took the office. */
	if
	:: warden == self -> give_away()
	:: else
	fi
#endif
}

/* The processes ************************************************************/

proctype ap(byte self; bool up) {
	byte o_command, o_cpu, o_vector;	/* struct order */
	byte p_command, p_cpu;			/* pending */
	byte seen, vector, i;
	bool ok, parked;
#ifdef HOLD
	bool held;
#endif
#ifdef MUTANT_LOOK_BEFORE_PARKED
	bool looked;
#endif

	if
	:: up -> goto in_kernel
	:: else -> ok = (self == warden); goto asleep
	fi;
park_enter:
	arrive();
	do
	:: true ->
		park_answer_ping();
		if
		:: state[self] == COMMANDED ->
			is_too_late();
			if
			:: ok -> state[self] = PARKED
			:: else -> goto go
			fi
		:: else
		fi;
		ok = (state[self] == PARKED);
		if
		:: ok -> is_warden()
		:: else
		fi;
asleep:		if
		:: ok -> warden_serve()
		:: else -> sleep()
		fi;
		ok = false
	od;
go:
	leave();
in_kernel:
end_in_kernel:
	atomic { go_park[self] -> go_park[self] = false };
	goto park_enter;

faulted:
	skip;
#ifdef FAULT
	d_step {
		state[self] = FAULTED;
		lost[self] = true;
		ordered[self] = 0;
		o_command = NOOP; o_cpu = 0; o_vector = 0;
		p_command = NOOP; p_cpu = 0
	};
	/* park_on_fault: it may have struck when the office was just cleared */
	d_step {			/* compare-and-swap */
		ok = (warden == self);
		if
		:: ok -> warden = NO_WARDEN
		:: else
		fi
	};
	seen = warden;
	if
#ifdef MUTANT_FAULT_LEAVES_VACANT
	:: ok && seen == NO_WARDEN -> kick_all(true)
#else
	:: seen == NO_WARDEN -> kick_all(true)
#endif
#ifdef MUTANT_HELD_BY_THE_DEAD
	:: else
#else
	:: else -> kick_all(false)
#endif
	fi
#endif
}

#define off(c)		(!alive[c] && !promised[c])
#define ready(c)	(alive[c] || !promised[c])
#ifdef WITHDRAW
#define fit(c)		(!withdrawn[c])
#else
#define fit(c)		(state[c] != FAULTED)
#endif

inline pick() {
	if
	:: ready(0) && fit(0) -> c = 0
	:: ready(1) && fit(1) -> c = 1
#if N > 2
	:: ready(2) && fit(2) -> c = 2
#endif
#if N > 3
	:: ready(3) && fit(3) -> c = 3
#endif
	fi
}

/* acpi_wakeup_cpu: without an end. It does not wait for the CPU itself. */
inline online() {
	v++;
	apic_id = c;
	wakeup_vector = v;
	d_step {
		ordered[c] = v;
		lost[c] = false;
#ifdef LATE
		excused[c] = false;
#endif
		command = WAKEUP
	};
	if
	:: d_step {
		command == NOOP ->
		promised[c] = (given[c] == v);
		if
		:: !promised[c] -> ordered[c] = 0
		:: else
		fi;
#if !defined(ABSENT) && !defined(FAULT)
		assert(promised[c])
#endif
	}
#ifdef WITHDRAW
	:: d_step { command = NOOP; apic_id = 0 };
		withdrawn[c] = true	/* it may come, or not */
#endif
	fi
}

/* acpi_mp_cpu_die: the order stays when its second is over. */
inline offline() {
	d_step {
		promised[c] = false;
		given[c] = 0;
		alive[c] = false;
		go_park[c] = true
	};
	apic_id = c;
	command = TEST;
	if
	:: d_step {
		command == NOOP ->
		assert(state[c] == PARKED || state[c] == FAULTED)
	}
	:: true
	fi
}

#if N > 3
#define anybody_parked (state[0] == PARKED || state[1] == PARKED || \
			state[2] == PARKED || state[3] == PARKED)
#elif N > 2
#define anybody_parked (state[0] == PARKED || state[1] == PARKED || \
			state[2] == PARKED)
#else
#define anybody_parked (state[0] == PARKED || state[1] == PARKED)
#endif

/* A CPU without a slot; or one that is up. */
inline wake_absent() {
	apic_id = c;
	wakeup_vector = 0;
	command = WAKEUP;
	(command == NOOP)
}

inline broadcast() {
	v++;
	apic_id = BROADCAST_ID;
	wakeup_vector = v;
	d_step {
		for (c : 0 .. N - 1) {
			if
			:: off(c) -> ordered[c] = v; lost[c] = false
			:: else
			fi
		};
		command = WAKEUP
	};
	d_step {
		command == NOOP ->
		for (c : 0 .. N - 1) {
			if
			:: given[c] == v -> promised[c] = true
			:: ordered[c] == v && given[c] != v -> ordered[c] = 0
			:: else
			fi
		};
		c = 0
	}
}

#ifdef LATE
#define excuse(c)	excused[c]
#define overdue(c)	(promised[c] && !alive[c] && !leaving[c] && \
			 state[c] == COMMANDED)
#if N > 2
#define any_overdue	(overdue(0) || overdue(1) || overdue(2))
#else
#define any_overdue	(overdue(0) || overdue(1))
#endif
/* The AP's 8 s are over, and then the kernel's 10 s. */
inline give_up() {
	if
	:: d_step { overdue(0) -> old[0] = true; c = 0 }
	:: d_step { overdue(1) -> old[1] = true; c = 1 }
#if N > 2
	:: d_step { overdue(2) -> old[2] = true; c = 2 }
#endif
	:: else -> goto none
	fi;
	d_step { promised[c] = false; ordered[c] = 0 };
none:	skip
}
#else
#define excuse(c)	false
#endif

/* ok = all have answered; or, with an old order about, somebody is too late. */
inline ping_all() {
	do
	:: c < N ->
		ping[c] = 1 - pong[c];
		senders[c]++;
		if
		:: state[c] == PARKED -> send_kick(c)
		:: else
		fi;
		senders[c]--;
		c++
	:: else -> c = 0; break
	od;
	ok = true;
	do
	:: c < N ->
		if
		:: pong[c] == ping[c] && state[c] == PARKED -> c++
#ifdef STALE
		:: true -> ok = false; c = N
#endif
		fi
	:: else -> c = 0; break
	od
}

/*
 * gather.c: not INIT and SIPI, only CPUs that are parked already. ok = they are
 * offered, and then all of them are there.
 */
inline purgatory() {
	command = NOOP;
	if
	:: warden = 0
	:: warden = 1
#if N > 2
	:: warden = 2
#endif
	fi;
	ping_all();
#ifndef MUTANT_ASKED_ONCE
	if
	:: ok -> ping_all()
	:: else
	fi;
#endif
	if
	:: ok -> d_step {
			for (c : 0 .. N - 1) {
				assert(state[c] == PARKED)
			};
			c = 0
		};
		wakeup_entry = true
	:: else			/* a cold boot */
	fi
}

proctype kernel() {
	byte c, v, ops;
#ifdef HOP
	bool ok;
#endif
#ifdef WITHDRAW
	bool withdrawn[N];
#endif

#ifdef HOP
	purgatory();
	if
	:: ok
	:: else -> goto cold
	fi;
#endif
	do
	:: ops < OPS ->
		ops++;
		if
		:: pick();
			if
			:: off(c) -> online()
			:: alive[c] -> offline()
#ifdef ABSENT
			:: alive[c] && anybody_parked -> wake_absent()
#endif
			:: else
			fi
#ifdef ABSENT
		:: anybody_parked -> c = NOBODY; wake_absent()
#endif
#ifdef BROADCAST
		:: anybody_parked -> broadcast()
#endif
#ifdef LATE
		:: any_overdue -> give_up()
#endif
		fi;
		c = 0
	:: break
	od;
	/* Who was promised comes. */
	do
	:: c < N ->
		(!promised[c] || alive[c] || lost[c] || excuse(c));
		c++
	:: else -> break
	od;
cold:	skip
}

#ifdef STORM
/* The kernel's interrupts to all but itself, and NMIs, reach a parked CPU. */
active proctype storm() {
	byte c, left = 2;

	do
	:: left > 0 ->
		left--;
		if
		:: c = 0
		:: c = 1
		fi;
		if
		:: irr[c] = !closed[c]
		:: nmi[c] = !closed[c]
		fi
	:: break
	od
}
#endif

/* HOP starts with all of them parked. */
init {
	byte c;

	atomic {
		do
#ifndef HOP
		:: c < UP ->
			state[c] = GONE;
			alive[c] = true;
			closed[c] = true;
			c++
#endif
		:: c >= DOWN -> break
		od;
		if
		:: c < N -> warden = N - 1
#ifdef ANY
		:: c < N -> warden = c
#endif
		:: else
		fi;
		do
		:: c < N -> state[c] = PARKED; c++
		:: else -> break
		od;
#ifdef STALE
		command = WAKEUP;
		wakeup_vector = OLD_VECTOR;
		wakeup_entry = false;
#endif
		for (c : 0 .. N - 1) {
			run ap(c, alive[c])
		};
		run kernel()
	}
}

/* Every run ends (tests/model/cases: cycles), so neither needs fairness. */
#if LIVE == 1
ltl answered { [] (command == WAKEUP -> <> (command == NOOP)) }
#elif LIVE == 2
ltl comes { [] (promised[0] -> <> (alive[0] || lost[0])) }
#endif
