//! The cases about connections: how they queue, are announced, claimed and used.

/// Puts these cases behind those that it is given, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_about_queue {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $crate::__cases_about_names! {
            [$($callback)*] ($($arguments)*) $($before)*

            pending::has_pending_is_true_between_arrival_and_claim minimal [HAS_1] also [] needs [];
            pending::asking_claims_nothing minimal [] also [HAS_1] needs [];
            pending::first_come_first_served minimal [NEXT_1] also [] needs [];
            pending::first_come_first_served_beyond_the_limit
                minimal [] also [NEXT_1, SETMAX_3] needs [];
            pending::each_connection_is_handed_out_once minimal [] also [NEXT_1, NEXT_2] needs [];
            pending::nothing_is_handed_out_when_nothing_is_pending
                minimal [NEXT_2] also [ERR_2] needs [];
            pending::dropping_the_server_drops_what_is_unclaimed
                minimal [NEXT_3] also [DTOR_2] needs [];
            pending::a_claimed_connection_can_be_dropped_early
                minimal [] also [NEXT_3, DTOR_2] needs [];
            pending::data_written_before_the_claim_is_readable minimal [NEXT_4] also [] needs [];
            pending::data_of_a_client_that_left_is_readable
                minimal [] also [NEXT_4, SOCK_3] needs [];
            pending::data_of_a_client_that_left_while_pending_is_readable
                minimal [] also [NEXT_4, SOCK_3] needs [];
            pending::rude_clients_do_no_harm minimal [] also [NEXT_1, HAS_1, ERR_2] needs [];
            pending::connections_leave_no_descriptor_behind
                minimal [] also [NEXT_3] needs [OwnProcess];

            hook::the_hook_is_called_once_for_each_connection minimal [INC_1] also [] needs [];
            hook::the_hook_does_not_see_clients_beyond_the_limit
                minimal [] also [INC_1, SETMAX_1] needs [];
            hook::the_default_queues_and_announces minimal [INC_2] also [SIG_1, NEXT_1] needs [];
            hook::a_hook_can_take_connections_elsewhere minimal [INC_3] also [INC_4] needs [];
            hook::taken_connections_outlive_the_server
                minimal [] also [INC_3, CLOSE_2, DTOR_2] needs [];
            hook::a_refused_client_sees_its_connection_closed minimal [INC_4] also [INC_3] needs [];
            hook::what_is_not_queued_is_not_announced minimal [] also [INC_4, SIG_1] needs [];
            hook::what_is_not_queued_does_not_count minimal [] also [INC_4, SETMAX_1] needs [];
            hook::a_crowd_is_refused_to_the_last
                minimal [] also [INC_1, INC_4] needs [LongQueue];
            hook::what_is_not_queued_does_not_end_a_wait minimal [] also [INC_4, WAIT_2] needs [];
            hook::a_hook_that_panics_leaves_the_server_usable
                minimal [] also [INC_1, INC_3, ISL_1] needs [];
            hook::a_hook_that_panics_gives_its_place_back
                minimal [] also [INC_3, SETMAX_1] needs [];
            hook::a_hook_that_panics_inside_a_wait_leaves_the_server_usable
                minimal [] also [INC_3, WAIT_1] needs [];

            limit::the_limit_is_thirty_by_default minimal [MAX_1] also [NEW_1] needs [];
            limit::the_limit_reads_back minimal [] also [MAX_1] needs [];
            limit::the_default_limit_holds minimal [] also [MAX_1, SETMAX_1] needs [];
            limit::a_limit_of_zero_holds minimal [] also [SETMAX_1, SETMAX_4] needs [];
            limit::a_limit_of_one_holds minimal [] also [SETMAX_1] needs [];
            limit::a_limit_of_three_holds minimal [SETMAX_1] also [] needs [];
            limit::a_limit_of_thirty_holds minimal [] also [SETMAX_1] needs [];
            limit::a_high_limit_is_reached minimal [] also [SETMAX_1] needs [LongQueue];
            limit::the_limit_holds_however_the_server_is_driven
                minimal [] also [SETMAX_1, WAIT_6] needs [];
            limit::claiming_one_lets_exactly_one_in minimal [SETMAX_2] also [] needs [];
            limit::claiming_some_lets_exactly_as_many_in minimal [] also [SETMAX_2] needs [];
            limit::clients_beyond_the_limit_are_served_later minimal [SETMAX_3] also [] needs [];
            limit::clients_beyond_the_limit_may_write_at_once
                minimal [] also [SETMAX_3, NEXT_4] needs [];
            limit::zero_accepts_nothing_until_it_is_raised minimal [SETMAX_4] also [] needs [];
            limit::zero_while_listening_stops_until_it_is_raised
                minimal [] also [SETMAX_4] needs [];
            limit::raising_the_limit_takes_effect_at_once minimal [] also [SETMAX_4] needs [];
            limit::lowering_the_limit_drops_nothing minimal [] also [SETMAX_4] needs [];
            limit::a_lowered_limit_lets_nobody_in_until_there_is_room
                minimal [] also [SETMAX_1, SETMAX_4] needs [];
            limit::discarding_makes_room minimal [] also [SETMAX_2] needs [];
            limit::leftovers_count_at_the_next_listen minimal [] also [SETMAX_1, CLOSE_3] needs [];

            notification::each_connection_is_announced_once minimal [SIG_1] also [] needs [];
            notification::what_was_announced_is_pending minimal [] also [SIG_1] needs [];
            notification::a_wait_announces_like_the_event_loop
                minimal [] also [SIG_1, WAIT_1] needs [];
            notification::the_sum_is_right_whoever_pumps minimal [] also [SIG_1] needs [];
            notification::claiming_does_not_take_an_announcement_back
                minimal [] also [SIG_1] needs [];
            notification::clients_beyond_the_limit_are_not_announced
                minimal [] also [SIG_1, SETMAX_1] needs [];
            notification::leftovers_are_not_announced_again
                minimal [] also [SIG_1, CLOSE_3] needs [];

            waiting::a_wait_blocks_until_a_client_comes minimal [WAIT_1] also [] needs [];
            waiting::one_wait_after_the_other_blocks minimal [] also [WAIT_1] needs [];
            waiting::a_wait_times_out minimal [WAIT_2] also [ERR_2] needs [];
            waiting::a_server_serves_on_after_a_timeout minimal [] also [WAIT_2] needs [];
            waiting::the_default_does_not_block minimal [WAIT_3] also [] needs [];
            waiting::a_wait_of_zero_sees_who_is_there minimal [] also [WAIT_3] needs [];
            waiting::a_wait_without_a_limit_blocks_until_a_client_comes
                minimal [WAIT_4] also [] needs [];
            waiting::a_wait_returns_at_once_when_something_is_pending
                minimal [WAIT_5] also [] needs [];
            waiting::a_wait_returns_at_once_when_not_listening minimal [] also [WAIT_5] needs [];
            waiting::leftovers_make_a_closed_server_ready
                minimal [] also [WAIT_5, CLOSE_3] needs [];
            waiting::waiting_obeys_the_limit minimal [WAIT_6] also [SETMAX_1] needs [];
            waiting::a_wait_with_a_limit_of_zero_times_out
                minimal [] also [WAIT_6, SETMAX_4] needs [];
            waiting::waiting_and_claiming_in_turn_serves_everybody
                minimal [] also [WAIT_1, NEXT_1, SRV_9] needs [];
            waiting::a_wait_may_be_as_long_as_can_be_said minimal [] also [WAIT_1] needs [];
            waiting::a_wait_may_be_as_short_as_can_be_said
                minimal [] also [WAIT_2, WAIT_3] needs [];
            waiting::clients_beyond_the_limit_do_not_keep_a_processor_busy
                minimal [] also [WAIT_6, SETMAX_4] needs [OwnProcess];
            waiting::a_client_that_left_makes_a_wait_ready
                minimal [] also [WAIT_1, NEXT_4] needs [];

            sockets::bytes_arrive_in_order_and_unchanged minimal [SOCK_1] also [] needs [];
            sockets::large_transfers_both_ways_at_once minimal [] also [SOCK_1] needs [];
            sockets::large_transfers_with_the_own_client minimal [] also [SOCK_1, CON_1] needs [];
            sockets::connections_do_not_mix_their_bytes_up
                minimal [] also [SOCK_1, NEXT_1] needs [];
            sockets::a_clients_half_close_leaves_the_answer_open minimal [SOCK_2] also [] needs [];
            sockets::a_half_close_leaves_the_clients_direction_open
                minimal [] also [SOCK_2] needs [];
            sockets::buffered_data_comes_before_the_end_of_file minimal [SOCK_3] also [] needs [];
            sockets::a_client_reads_what_was_written_before_the_drop
                minimal [] also [SOCK_3, NEXT_3] needs [];
            sockets::the_end_of_file_stays minimal [] also [SOCK_3] needs [];
            sockets::writing_to_a_client_that_is_gone_fails minimal [] also [SOCK_3] needs [];
            sockets::with_nothing_to_read_a_connection_has_not_ended
                minimal [] also [SOCK_3] needs [];

            clients::a_client_connects_by_the_full_name minimal [CON_1] also [SOCK_1] needs [];
            clients::access_options_of_a_client_are_refused minimal [] also [OPT_3] needs [];
            clients::a_client_connects_by_the_plain_name minimal [] also [CON_1, LIS_4] needs [];
            clients::plain_and_full_name_meet minimal [] also [CON_1, FULL_2] needs [];
            clients::connect_without_a_server_is_not_found minimal [CON_2] also [] needs [];
            clients::connect_tells_a_missing_server_from_an_invalid_name
                minimal [] also [CON_2, ERR_5] needs [Files];
            clients::connect_to_an_unused_abstract_name_is_not_found
                minimal [] also [CON_2, Q6_1] needs [AbstractNames];
            clients::a_stale_file_refuses minimal [] also [CON_2, ERR_5] needs [Files];
            clients::a_socket_that_does_not_listen_refuses
                minimal [] also [CON_2] needs [Files, Descriptors];
            clients::what_is_no_socket_is_a_wrong_object minimal [] also [CON_2] needs [Files];
            clients::without_permission_access_is_denied
                minimal [] also [CON_2, ERR_5, OPT_3] needs [Files, Modes, Users, OwnProcess];
            clients::a_failed_attempt_leaves_no_descriptor_open
                minimal [] also [CON_2] needs [Files, OwnProcess];
            clients::a_client_of_a_full_queue_waits_for_room
                minimal [CON_3] also [] needs [QueueWaits];
            clients::a_client_with_time_waits_for_room
                minimal [] also [CON_3] needs [QueueWaits];
            clients::a_client_of_a_full_queue_times_out
                minimal [] also [CON_3] needs [QueueWaits];
            clients::a_client_may_wait_as_long_as_can_be_said
                minimal [] also [CON_3] needs [QueueWaits];
            clients::a_client_may_wait_as_short_as_can_be_said
                minimal [] also [CON_3] needs [QueueWaits];
            clients::clients_of_a_full_queue_wait_idly
                minimal [] also [CON_3] needs [OwnProcess, QueueWaits];
            clients::a_client_without_time_is_told_of_a_full_queue
                minimal [] also [CON_3] needs [QueueWaits];
            clients::a_client_that_gave_up_does_not_turn_up
                minimal [] also [CON_3, SIG_1] needs [QueueWaits];
            clients::a_timeout_does_no_harm_where_there_is_room
                minimal [] also [CON_1, CON_3] needs [];
            clients::a_client_of_a_full_queue_learns_that_the_server_has_gone
                minimal [] also [CON_3, CLOSE_4] needs [Files, QueueWaits];
            clients::everybody_who_waits_gets_in
                minimal [] also [CON_3, SETMAX_2] needs [QueueWaits];
        }
    };
}
