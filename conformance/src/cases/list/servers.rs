//! The cases of servers: how they start, stop and accept.

/// Appends these groups, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_of_servers {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $crate::__cases_of_connections! {
            [$($callback)*] ($($arguments)*) $($before)*


            construction {
                new_server_is_idle [NEW_1] [ISL_1, NAME_2] [];
                new_server_has_documented_defaults
                    [NEW_1] [ISL_1, MAX_1, ERR_2, NAME_2] [Limit, Options, LastError];
                new_server_has_no_connections [] [NEW_1, NEXT_2, Q6_3] [ListenerNumber];
                drop_frees_name [DTOR_1] [] [];
                drop_removes_file [] [DTOR_1, CLOSE_7] [Files];
                drop_ends_pending_connections [DTOR_2, NEXT_3] [CLOSE_3] [];
                drop_keeps_accepted_connections [] [DTOR_2] [];
                forked_child_keeps_file [DTOR_3] [CLOSE_7] [Files, OwnProcess];
                child_that_assumes_ownership_removes_file
                    [] [DTOR_3] [Files, OwnProcess, Ownership];
                child_with_same_process_id_keeps_file [] [DTOR_3, CLOSE_7] [Files, OwnProcess];
                child_in_namespace_that_assumes_ownership_removes_file
                    [] [DTOR_3] [Files, OwnProcess, Ownership];
            }

            close {
                close_clears_names [CLOSE_1, SRV_7] [NAME_2, FULL_1] [];
                close_keeps_accepted_connections [CLOSE_2] [] [];
                close_keeps_pending_connections [CLOSE_3] [NEXT_1] [];
                pending_connections_stay_first_after_close [] [CLOSE_3, CLOSE_6, NEXT_1] [];
                discard_ends_pending_connections [] [CLOSE_3, NEXT_3] [];
                close_refuses_new_clients [CLOSE_4] [] [];
                close_refuses_new_clients_of_adopted_socket
                    [] [CLOSE_4, CLOSE_7] [Files, Descriptors, Adoption];
                close_of_idle_server_keeps_error [CLOSE_5] [ERR_4] [LastError];
                second_close_does_nothing [] [CLOSE_5, CLOSE_7] [Files];
                listen_works_again [CLOSE_6] [] [];
                close_removes_file [CLOSE_7] [] [Files];
                close_accepts_missing_file [] [CLOSE_7, CLOSE_8] [Files];
                close_keeps_replacing_object [CLOSE_7] [] [Files];
                close_keeps_file_of_successor [] [CLOSE_7] [Files];
                close_keeps_file_of_adopted_socket
                    [] [CLOSE_7, DTOR_1] [Files, Descriptors, Adoption];
                close_keeps_shared_socket_open [] [CLOSE_7, FD_1] [Descriptors, Adoption];
                close_clears_error [CLOSE_8] [ERR_4] [OwnProcess, LastError];
                close_records_failure_to_remove_file
                    [] [CLOSE_8, ERR_5] [Files, Users, OwnProcess, LastError];
                dropped_connection_ends [] [NEXT_3, SOCK_3] [];
            }

            listen {
                listen_serves_clients [SRV_2, SRV_4, LIS_1] [SRV_1, ISL_1] [];
                second_listen_changes_nothing [LIS_2] [ERR_4] [];
                second_listen_keeps_error [] [LIS_2, ERR_4] [OwnProcess, LastError];
                failed_listen_leaves_nothing [LIS_3] [FULL_5] [Files];
                listen_works_after_failure [] [LIS_3, LIS_7] [Files];
                failed_listen_closes_descriptors [] [LIS_3] [Files, OwnProcess, Options];
                close_closes_descriptors [] [CLOSE_1, CLOSE_6] [OwnProcess];
                single_word_is_name [LIS_4] [FULL_2] [];
                full_path_is_name [LIS_5] [FULL_3] [Files];
                stale_socket_is_in_use [LIS_6, LIS_7] [LIS_3, ERR_5] [Files];
                is_listening_from_listen_to_close [ISL_1] [] [];
                fatal_accept_error_closes_server
                    [] [ISL_1, ERR_3] [Files, Descriptors, ListenerNumber, LastError];
                listen_works_after_fatal_accept_error
                    [ISL_1] [CLOSE_2, CLOSE_3] [Files, Descriptors, ListenerNumber];
            }

            adoption {
                adopted_socket_serves_clients [] [FD_1, LIS_1] [Descriptors, Adoption];
                earlier_clients_are_served [FD_1] [] [Descriptors, Adoption];
                wait_serves_earlier_clients [] [FD_1, WAIT_5] [Descriptors, Adoption];
                limit_holds [] [FD_1, SETMAX_1] [Descriptors, Limit, Adoption];
                options_are_refused [] [OPT_3, FD_3] [Descriptors, Adoption, Options];
                listening_server_returns_descriptor [FD_2] [FD_3, LIS_2] [Descriptors, Adoption];
                returned_descriptor_can_be_adopted [] [FD_2, FD_3] [Descriptors, Adoption];
                bound_socket_is_refused [FD_3] [] [Descriptors, Adoption];
                unsuitable_descriptors_are_returned_unchanged
                    [] [FD_3, ERR_6] [Descriptors, Adoption, LastError];
                exhaustion_returns_descriptor
                    [] [FD_3, LIS_3] [Files, Descriptors, OwnProcess, Adoption];
                refusal_keeps_file [] [FD_3, LIS_3] [Files, Descriptors, Adoption];
                descriptors_are_closed [] [FD_3, LIS_3] [Files, Descriptors, OwnProcess, Adoption];
                descriptor_becomes_non_blocking_and_close_on_exec
                    [FD_4] [Q6_3] [Descriptors, Adoption, ListenerNumber];
                wait_keeps_descriptor_non_blocking [] [FD_1, FD_4, WAIT_2] [Descriptors, Adoption];
                path_gives_both_names [FD_5] [NAME_1, FULL_1] [Descriptors, Names, Adoption];
                path_may_hold_any_bytes [] [FD_5] [Descriptors, Names, Adoption];
                abstract_name_gives_both_names
                    [] [FD_5, Q6_1] [Descriptors, AbstractNames, Names, Adoption, Options];
                unnamed_socket_listens
                    [] [FD_5, ISL_1] [Descriptors, Names, Adoption, ListenerNumber];
            }

            exhaustion {
                server_keeps_listening [] [ISL_1, ERR_5] [Files, OwnProcess, LastError];
                waiting_client_is_served_later [] [SRV_1, WAIT_1, SRV_8] [OwnProcess];
                all_clients_are_served_in_order [] [NEXT_1, SETMAX_3] [OwnProcess, LastError];
                dropped_connections_free_descriptors [] [NEXT_1, NEXT_3] [OwnProcess];
                pending_connections_are_kept [] [NEXT_1] [OwnProcess];
                drain_serves_all_clients [] [NEXT_1, WAIT_5] [OwnProcess, Drain];
                wait_is_idle [] [WAIT_2] [OwnProcess];
                server_can_be_closed [] [CLOSE_1, CLOSE_7, CLOSE_8] [Files, OwnProcess];
                pause_is_reported [] [ISL_1, ERR_3] [OwnProcess, Hooks, Pauses, LastError];
                pause_lasts [] [ISL_1, WAIT_2] [OwnProcess, Hooks, Pauses];
                empty_backlog_ends_pause [] [ISL_1, ERR_4] [OwnProcess, Hooks, Pauses, LastError];
                single_descriptors_do_not_end_pause [] [ISL_1, ERR_4] [OwnProcess, Hooks, Pauses];
                wait_ends_pause_without_client
                    [] [ISL_1, WAIT_2] [Files, OwnProcess, Hooks, Pauses];
                event_loop_ends_pause_without_client
                    [] [ISL_1, SRV_8] [Files, OwnProcess, Hooks, Pauses];
                second_pause_is_reported [] [ISL_1, ERR_4] [OwnProcess, Hooks, Pauses];
                close_ends_pause [] [ISL_1, CLOSE_1, ERR_4] [OwnProcess, Hooks, Pauses];
                drain_reports_pause [] [ISL_1, WAIT_5] [OwnProcess, Drain, Hooks, Pauses];
                server_survives_panic_at_pause [] [ISL_1, INC_3] [OwnProcess, Hooks, Pauses];
            }

            draining {
                drain_stops_listening [] [ISL_1, NAME_2, FULL_1] [Files, Drain];
                drain_refuses_new_clients [] [CLOSE_4] [Files, Drain];
                drain_of_abstract_name_refuses_new_clients
                    [] [CLOSE_4, Q6_1] [AbstractNames, Drain, Options];
                drain_serves_backlog_in_order [] [NEXT_1, SETMAX_3] [Limit, Drain];
                limit_holds [] [SETMAX_1] [Limit, Drain];
                wait_ends_after_last_client [] [WAIT_5] [Drain];
                successor_can_listen [] [CLOSE_7] [Files, Drain];
                listen_works_afterwards [] [CLOSE_6] [Drain];
                drain_without_clients_ends [] [CLOSE_6] [Drain];
                listen_while_draining_is_misuse [] [LIS_2] [Limit, Drain];
                close_ends_drain [] [CLOSE_3] [Limit, Drain];
                drain_of_idle_server_does_nothing [] [CLOSE_5] [Drain, LastError];
                adopted_socket_serves_backlog
                    [] [CLOSE_7, FD_1] [Files, Descriptors, Drain, Adoption];
                adopted_socket_stays_open_elsewhere [] [FD_1] [Descriptors, Drain, Adoption];
            }

            listener {
                backlog_holds [Q6_2] [] [QueueWaits, Limit, Backlog];
                default_backlog_is_maximum [] [Q6_2] [Files, Limit];
                backlog_applies_to_next_listen [] [Q6_2] [QueueWaits, Limit, Backlog];
                number_is_known_while_listening [Q6_3] [] [Descriptors, ListenerNumber];
                listener_is_close_on_exec [] [Q6_3, LIS_1] [Descriptors, ListenerNumber];
                connections_are_close_on_exec
                    [] [Q6_3, NEXT_1, CON_1] [Descriptors, OwnProcess, AddPending];
                close_closes_listener [] [Q6_3] [Descriptors, ListenerNumber];
            }
        }
    };
}
