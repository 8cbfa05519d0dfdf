//! The cases about servers: how they begin to listen, go on and end.

/// Puts these cases behind those that it is given, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_about_life {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $crate::__cases_about_queue! {
            [$($callback)*] ($($arguments)*) $($before)*

            overview::a_client_is_accepted minimal [SRV_1] also [LIS_1] needs [];
            overview::listening_makes_the_name_reachable minimal [SRV_2] also [] needs [];
            overview::each_client_is_announced minimal [SRV_3] also [SIG_1] needs [];
            overview::a_claimed_connection_talks_both_ways
                minimal [SRV_4] also [NEXT_1, SOCK_1] needs [];
            overview::an_error_has_a_kind_and_a_text minimal [SRV_5] also [ERR_1, ERR_3] needs [];
            overview::a_listening_server_tells_its_name minimal [SRV_6] also [NAME_1] needs [];
            overview::closing_stops_listening minimal [SRV_7] also [CLOSE_1] needs [];
            overview::the_event_loop_alone_serves_clients minimal [SRV_8] also [SIG_1] needs [];
            overview::waiting_alone_serves_clients minimal [SRV_9] also [WAIT_1, WAIT_4] needs [];

            construction::a_fresh_server_has_the_documented_defaults
                minimal [NEW_1] also [ISL_1, MAX_1, ERR_2, NAME_2] needs [];
            construction::a_fresh_server_hands_out_nothing
                minimal [] also [NEW_1, NEXT_2, Q6_3] needs [];
            construction::dropping_a_server_frees_its_name minimal [DTOR_1] also [] needs [];
            construction::dropping_a_server_removes_its_file
                minimal [] also [DTOR_1, CLOSE_7] needs [Files];
            construction::unclaimed_connections_end_with_the_server
                minimal [DTOR_2] also [NEXT_3] needs [];
            construction::leftover_connections_end_with_a_closed_server
                minimal [] also [DTOR_2, CLOSE_3] needs [];
            construction::claimed_connections_outlive_the_server minimal [] also [DTOR_2] needs [];
            construction::a_forked_child_leaves_its_parents_file
                minimal [DTOR_3] also [CLOSE_7] needs [Files, OwnProcess];
            construction::a_forked_child_that_closes_leaves_its_parents_file
                minimal [] also [DTOR_3, CLOSE_7] needs [Files, OwnProcess];
            construction::a_child_that_assumes_ownership_removes_the_file
                minimal [] also [DTOR_3] needs [Files, OwnProcess];
            construction::a_child_with_its_parents_process_id_leaves_the_file
                minimal [] also [DTOR_3, CLOSE_7] needs [Files, OwnProcess];
            construction::a_child_in_a_namespace_that_assumes_ownership_removes_the_file
                minimal [] also [DTOR_3] needs [Files, OwnProcess];

            close::a_closed_server_has_no_names minimal [CLOSE_1] also [NAME_2, FULL_1] needs [];
            close::claimed_connections_survive_close minimal [CLOSE_2] also [] needs [];
            close::pending_connections_stay_claimable_after_close
                minimal [CLOSE_3] also [NEXT_1] needs [];
            close::leftovers_are_first_in_line_at_the_next_listen
                minimal [] also [CLOSE_3, CLOSE_6, NEXT_1] needs [];
            close::discarding_cuts_pending_clients minimal [] also [CLOSE_3, NEXT_3] needs [];
            close::new_clients_are_turned_away_after_close minimal [CLOSE_4] also [] needs [];
            close::new_clients_are_refused_where_the_file_stays
                minimal [] also [CLOSE_4, CLOSE_7] needs [Files, Descriptors];
            close::closing_an_idle_server_keeps_the_error minimal [CLOSE_5] also [ERR_4] needs [];
            close::closing_twice_does_nothing_more minimal [] also [CLOSE_5, CLOSE_7] needs [Files];
            close::the_same_name_can_be_listened_on_again minimal [CLOSE_6] also [] needs [];
            close::another_name_can_be_listened_on minimal [] also [CLOSE_6] needs [];
            close::closing_removes_the_file minimal [CLOSE_7] also [] needs [Files];
            close::a_file_deleted_elsewhere_is_no_error
                minimal [] also [CLOSE_7, CLOSE_8] needs [Files];
            close::closing_spares_a_foreign_file minimal [] also [CLOSE_7] needs [Files];
            close::closing_spares_another_stale_socket minimal [] also [CLOSE_7] needs [Files];
            close::closing_spares_a_successor minimal [] also [CLOSE_7] needs [Files];
            close::closing_spares_the_file_of_an_adopted_socket
                minimal [] also [CLOSE_7] needs [Files, Descriptors];
            close::dropping_spares_the_file_of_an_adopted_socket
                minimal [] also [CLOSE_7, DTOR_1] needs [Files, Descriptors];
            close::closing_leaves_an_adopted_socket_to_those_who_share_it
                minimal [] also [CLOSE_7, FD_1] needs [Descriptors];
            close::closing_a_listening_server_clears_the_error
                minimal [CLOSE_8] also [ERR_4] needs [OwnProcess];
            close::a_file_that_cannot_be_removed_is_recorded
                minimal [] also [CLOSE_8, ERR_5] needs [Files, Users, OwnProcess];
            close::dropping_a_claimed_connection_ends_it minimal [] also [NEXT_3, SOCK_3] needs [];

            listen::success_means_listening minimal [LIS_1] also [ISL_1] needs [];
            listen::success_means_that_clients_are_served minimal [] also [LIS_1, SRV_1] needs [];
            listen::listening_while_listening_changes_nothing minimal [LIS_2] also [ERR_4] needs [];
            listen::listening_while_listening_keeps_an_earlier_error
                minimal [] also [LIS_2, ERR_4] needs [OwnProcess];
            listen::a_failure_leaves_an_idle_server_and_nothing_on_disk
                minimal [LIS_3] also [ERR_3] needs [Files];
            listen::listening_works_after_a_failure minimal [] also [LIS_3, LIS_7] needs [Files];
            listen::no_failure_leaves_a_descriptor_open
                minimal [] also [LIS_3] needs [Files, OwnProcess];
            listen::listening_and_closing_leaves_no_descriptor_open
                minimal [] also [CLOSE_1, CLOSE_6] needs [OwnProcess];
            listen::a_single_word_is_enough minimal [LIS_4] also [FULL_2] needs [];
            listen::a_full_path_is_accepted minimal [LIS_5] also [FULL_3] needs [Files];
            listen::a_crashed_servers_file_is_in_the_way
                minimal [LIS_6] also [LIS_3, ERR_5] needs [Files];
            listen::listening_works_once_the_crashed_servers_file_is_gone
                minimal [LIS_7] also [] needs [Files];
            listen::a_server_listens_from_listen_to_close minimal [ISL_1] also [] needs [];
            listen::a_fatal_accept_error_closes_the_server
                minimal [] also [ISL_1, ERR_3] needs [Files, Descriptors];
            listen::after_a_fatal_accept_error_listening_works_again
                minimal [] also [ISL_1, CLOSE_2, CLOSE_3] needs [Files, Descriptors];

            occupied::a_live_server_is_untouched minimal [LIS_9] also [ERR_5] needs [Files];
            occupied::a_file_is_untouched minimal [] also [LIS_9] needs [Files];
            occupied::a_directory_is_untouched minimal [] also [LIS_9] needs [Files];
            occupied::a_dangling_link_is_untouched minimal [] also [LIS_9] needs [Files];
            occupied::a_link_to_a_file_is_untouched minimal [] also [LIS_9] needs [Files];
            occupied::two_servers_cannot_share_a_name minimal [] also [LIS_9] needs [Files];
            occupied::the_failure_tells_what_is_there minimal [] also [LIS_9, ERR_6] needs [Files];
            occupied::the_failure_tells_a_socket_that_does_not_listen
                minimal [] also [LIS_9, ERR_6] needs [Files, Descriptors];
            occupied::a_live_server_is_served_after_many_attempts
                minimal [] also [LIS_9] needs [Files];
            occupied::running_out_of_descriptors_touches_nothing
                minimal [] also [LIS_3, LIS_9] needs [Files, OwnProcess];
            occupied::running_out_of_descriptors_leaves_nothing_behind
                minimal [] also [LIS_3, ERR_5] needs [Files, OwnProcess];
            occupied::running_out_of_descriptors_leaks_none
                minimal [] also [LIS_3] needs [Files, OwnProcess];

            descriptor::an_adopted_socket_is_listened_on
                minimal [] also [FD_1, LIS_1] needs [Descriptors];
            descriptor::clients_from_before_the_adoption_are_served
                minimal [FD_1] also [] needs [Descriptors];
            descriptor::a_wait_serves_clients_from_before_the_adoption
                minimal [] also [FD_1, WAIT_5] needs [Descriptors];
            descriptor::the_limit_holds_for_an_adopted_socket
                minimal [] also [FD_1, SETMAX_1] needs [Descriptors];
            descriptor::adopting_with_access_options_gives_the_descriptor_back
                minimal [] also [OPT_3, FD_3] needs [Descriptors];
            descriptor::a_listening_server_gives_the_descriptor_back
                minimal [FD_2] also [FD_3, LIS_2] needs [Descriptors];
            descriptor::what_was_given_back_can_be_adopted_later
                minimal [] also [FD_2, FD_3] needs [Descriptors];
            descriptor::a_socket_that_does_not_listen_is_refused
                minimal [FD_3] also [] needs [Descriptors];
            descriptor::whatever_is_unfit_is_refused_with_its_reason
                minimal [] also [FD_3, ERR_6] needs [Descriptors];
            descriptor::whatever_is_unfit_is_given_back_with_its_flags
                minimal [] also [FD_3] needs [Descriptors];
            descriptor::adopting_without_descriptors_gives_the_descriptor_back
                minimal [] also [FD_3, LIS_3] needs [Files, Descriptors, OwnProcess];
            descriptor::refusing_a_descriptor_leaves_its_file_alone
                minimal [] also [FD_3, LIS_3] needs [Files, Descriptors];
            descriptor::adopting_and_refusing_leak_nothing
                minimal [] also [FD_3, LIS_3] needs [Files, Descriptors, OwnProcess];
            descriptor::an_adopted_descriptor_is_non_blocking_and_close_on_exec
                minimal [FD_4] also [Q6_3] needs [Descriptors];
            descriptor::waiting_leaves_an_adopted_descriptor_non_blocking
                minimal [] also [FD_1, FD_4, WAIT_2] needs [Descriptors];
            descriptor::an_adopted_path_gives_path_and_last_component
                minimal [FD_5] also [NAME_1, FULL_1] needs [Descriptors];
            descriptor::an_adopted_path_need_not_be_text minimal [] also [FD_5] needs [Descriptors];
            descriptor::an_adopted_abstract_socket_gives_its_name
                minimal [] also [FD_5, Q6_1] needs [Descriptors, AbstractNames];
            descriptor::an_unnamed_socket_listens_all_the_same
                minimal [] also [FD_5, ISL_1] needs [Descriptors];

            exhaustion::running_out_leaves_the_server_listening
                minimal [] also [ISL_1, ERR_5] needs [Files, OwnProcess];
            exhaustion::nobody_is_lost_when_descriptors_run_out
                minimal [] also [SRV_1, WAIT_1] needs [OwnProcess];
            exhaustion::the_event_loop_recovers_from_running_out
                minimal [] also [SRV_8] needs [OwnProcess];
            exhaustion::everybody_is_served_after_descriptors_ran_out
                minimal [] also [NEXT_1, SETMAX_3] needs [OwnProcess];
            exhaustion::dropped_connections_make_way_for_others
                minimal [] also [NEXT_1, NEXT_3] needs [OwnProcess];
            exhaustion::what_is_pending_survives_running_out
                minimal [] also [NEXT_1] needs [OwnProcess];
            exhaustion::nobody_is_lost_when_descriptors_run_out_while_draining
                minimal [] also [NEXT_1, WAIT_5] needs [OwnProcess];
            exhaustion::running_out_does_not_keep_a_processor_busy
                minimal [] also [WAIT_2] needs [OwnProcess];
            exhaustion::a_server_that_ran_out_can_be_closed
                minimal [] also [CLOSE_1, CLOSE_7, CLOSE_8] needs [Files, OwnProcess];
            exhaustion::running_out_pauses_accepting
                minimal [] also [ISL_1, ERR_3] needs [OwnProcess];
            exhaustion::a_pause_lasts_while_descriptors_are_short
                minimal [] also [ISL_1, WAIT_2] needs [OwnProcess];
            exhaustion::the_last_client_in_the_backlog_ends_the_pause
                minimal [] also [ISL_1, ERR_4] needs [OwnProcess];
            exhaustion::a_descriptor_now_and_then_does_not_end_the_pause
                minimal [] also [ISL_1, ERR_4] needs [OwnProcess];
            exhaustion::a_wait_ends_the_pause_without_a_client
                minimal [] also [ISL_1, WAIT_2] needs [Files, OwnProcess];
            exhaustion::the_event_loop_ends_the_pause_without_a_client
                minimal [] also [ISL_1, SRV_8] needs [Files, OwnProcess];
            exhaustion::a_second_pause_is_reported_again
                minimal [] also [ISL_1, ERR_4] needs [OwnProcess];
            exhaustion::closing_ends_the_pause
                minimal [] also [ISL_1, CLOSE_1, ERR_4] needs [OwnProcess];
            exhaustion::a_draining_server_reports_its_pause
                minimal [] also [ISL_1, WAIT_5] needs [OwnProcess];
            exhaustion::a_hook_that_panics_at_a_pause_leaves_the_server_usable
                minimal [] also [ISL_1, INC_3] needs [OwnProcess];

            draining::a_draining_server_does_not_listen
                minimal [] also [ISL_1, NAME_2, FULL_1] needs [Files];
            draining::a_draining_server_turns_new_clients_away
                minimal [] also [CLOSE_4] needs [Files];
            draining::a_draining_abstract_server_turns_new_clients_away
                minimal [] also [CLOSE_4, Q6_1] needs [AbstractNames];
            draining::draining_loses_nobody minimal [] also [NEXT_1, SETMAX_3] needs [];
            draining::the_limit_holds_while_draining minimal [] also [SETMAX_1] needs [];
            draining::a_wait_ends_with_the_draining minimal [] also [WAIT_5] needs [];
            draining::a_successor_can_take_the_name_of_a_draining_server
                minimal [] also [CLOSE_7] needs [Files];
            draining::listening_works_again_after_draining minimal [] also [CLOSE_6] needs [];
            draining::draining_with_nobody_connected_ends_at_once
                minimal [] also [CLOSE_6] needs [];
            draining::listening_while_draining_is_a_misuse minimal [] also [LIS_2] needs [];
            draining::closing_ends_a_draining minimal [] also [CLOSE_3] needs [];
            draining::draining_an_idle_server_does_nothing minimal [] also [CLOSE_5] needs [];
            draining::draining_an_adopted_socket_serves_who_is_connected
                minimal [] also [CLOSE_7, FD_1] needs [Files, Descriptors];
            draining::draining_an_adopted_socket_leaves_it_to_others
                minimal [] also [FD_1] needs [Descriptors];
        }
    };
}
