//! The cases of connections and clients.

/// Appends these groups, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_of_connections {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $crate::__cases_of_names! {
            [$($callback)*] ($($arguments)*) $($before)*

            pending {
                has_pending_until_taken [HAS_1, SRV_1] [NEXT_1, NEXT_2] [];
                connections_are_taken_in_order [NEXT_1, SRV_8] [] [];
                order_holds_beyond_limit [] [NEXT_1, SETMAX_3] [Limit];
                nothing_to_take_without_pending_connection [NEXT_2] [ERR_2] [];
                connection_can_be_dropped [] [NEXT_3, DTOR_2] [];
                early_data_is_readable [NEXT_4] [] [];
                data_of_closed_client_is_readable [] [NEXT_4, SOCK_3] [];
                closed_clients_are_taken [] [NEXT_1, HAS_1, ERR_2] [];
                descriptors_are_closed [] [NEXT_3] [OwnProcess];
            }

            hook {
                hook_is_called_once_for_each_connection [INC_1] [] [Hooks];
                hook_is_not_called_beyond_limit [] [INC_1, SETMAX_1] [Limit, Hooks];
                default_queues_and_announces [INC_2] [SIG_1, NEXT_1] [Hooks, Announcements];
                hook_can_keep_connections [INC_3] [INC_4] [Hooks];
                kept_connections_outlive_server [] [INC_3, CLOSE_2, DTOR_2] [Hooks];
                refused_client_reads_end [INC_4] [INC_3] [Hooks];
                unqueued_connection_is_not_announced [] [INC_4, SIG_1] [Hooks];
                unqueued_connection_does_not_count [] [INC_4, SETMAX_1] [Limit, Hooks];
                many_clients_are_refused [] [INC_1, INC_4] [LongQueue, Hooks];
                unqueued_connection_does_not_end_wait [] [INC_4, WAIT_2] [Hooks];
                server_survives_panic [] [INC_1, INC_3, ISL_1] [Hooks];
                panic_frees_place [] [INC_3, SETMAX_1] [Limit, Hooks];
                server_survives_panic_in_wait [] [INC_3, WAIT_1] [Hooks];
            }

            limit {
                limit_is_read_back [MAX_1] [] [Limit];
                default_limit_holds [] [MAX_1, SETMAX_1] [Limit];
                exact_limits_hold [SETMAX_1] [SETMAX_4, SIG_1] [Limit, Announcements];
                high_limit_is_reached [] [SETMAX_1] [LongQueue, Limit, Announcements];
                limit_holds_for_wait_and_event_loop [] [SETMAX_1, WAIT_6] [Limit];
                taking_accepts_as_many [SETMAX_2] [] [Limit, Announcements];
                clients_beyond_limit_are_served_later [SETMAX_3] [] [Limit];
                clients_beyond_limit_can_write [] [SETMAX_3, NEXT_4] [Limit];
                zero_accepts_nothing_until_raised [SETMAX_4] [] [Limit];
                zero_while_listening_stops_accepting [] [SETMAX_4] [Limit];
                raising_takes_effect_at_once [] [SETMAX_4] [Limit, Announcements];
                lowering_drops_nothing [] [SETMAX_4] [Limit];
                lowered_limit_accepts_nothing_until_reached
                    [] [SETMAX_1, SETMAX_4] [Limit, Announcements];
                discard_frees_places [] [SETMAX_2] [Limit, Announcements];
                connections_from_before_close_count [] [SETMAX_1, CLOSE_3] [Limit];
            }

            notification {
                each_connection_is_announced_once [SIG_1, SRV_3] [] [Announcements];
                wait_announces_once [] [SIG_1, WAIT_1] [Announcements];
                announcements_of_wait_and_event_loop_add_up [] [SIG_1] [Limit, Announcements];
                pending_connections_are_not_announced_again [] [SIG_1, CLOSE_3] [Announcements];
            }

            waiting {
                wait_blocks_until_client_connects [WAIT_1, WAIT_4] [] [];
                wait_times_out [WAIT_2] [ERR_2, WAIT_3] [];
                default_does_not_block [WAIT_3] [] [];
                wait_returns_at_once_with_pending_connection [WAIT_5] [] [];
                wait_returns_at_once_without_listening [] [WAIT_5] [];
                closed_server_with_pending_connection_is_ready [] [WAIT_5, CLOSE_3] [];
                wait_obeys_limit [WAIT_6] [SETMAX_1] [Limit];
                wait_with_limit_zero_times_out [] [WAIT_6, SETMAX_4] [Limit];
                wait_and_take_serve_all_clients [SRV_9] [WAIT_1, NEXT_1] [];
                wait_is_idle_with_clients_beyond_limit [] [WAIT_6, SETMAX_4] [OwnProcess, Limit];
                closed_client_makes_wait_ready [] [WAIT_1, NEXT_4] [];
            }

            sockets {
                bytes_arrive_unchanged [SOCK_1] [] [];
                large_transfers_work [] [SOCK_1, CON_1] [];
                connections_are_independent [] [SOCK_1, NEXT_1] [];
                half_close_of_client_keeps_other_direction [SOCK_2] [] [];
                half_close_of_server_keeps_other_direction [SOCK_2] [] [HalfClose];
                buffered_data_precedes_end [SOCK_3] [] [];
                client_reads_data_written_before_drop [] [SOCK_3, NEXT_3] [];
                end_is_read_again [] [SOCK_3] [];
                write_to_closed_client_fails [] [SOCK_3] [];
                empty_connection_would_block [] [SOCK_3] [];
            }

            clients {
                client_connects_by_each_name [CON_1] [SOCK_1, LIS_4, FULL_2] [];
                access_options_are_refused [] [OPT_3] [Options];
                missing_server_is_not_found [CON_2] [] [];
                impossible_paths_are_name_errors [] [CON_2, ERR_5] [Files];
                unused_abstract_name_is_not_found [] [CON_2, Q6_1] [AbstractNames, Options];
                stale_socket_refuses [CON_2] [ERR_5] [Files];
                bound_socket_refuses [] [CON_2] [Files, Descriptors];
                other_objects_are_wrong_objects [CON_2] [] [Files];
                access_is_denied_without_permission
                    [] [CON_2, ERR_5, OPT_3] [Files, Modes, Users, OwnProcess, Options];
                failed_attempt_closes_descriptors [] [CON_2] [Files, OwnProcess];
                full_backlog_makes_client_wait [CON_3] [] [QueueWaits, Limit, Backlog];
                full_backlog_times_out [] [CON_3] [QueueWaits, Limit, Backlog];
                waiting_clients_are_idle [] [CON_3] [OwnProcess, QueueWaits, Limit, Backlog];
                timed_out_client_is_not_accepted [] [CON_3, SIG_1] [QueueWaits, Limit, Backlog];
                timeout_is_not_used_with_free_backlog [] [CON_1, CON_3] [];
                waiting_client_fails_when_server_closes
                    [] [CON_3, CLOSE_4] [Files, QueueWaits, Limit, Backlog];
                all_waiting_clients_connect [] [CON_3, SETMAX_2] [QueueWaits, Limit, Backlog];
            }

            own_connections {
                added_connection_is_pending_and_announced
                    [Q6_4] [SIG_1, HAS_1] [AddPending, Announcements];
                added_connection_counts [] [Q6_4, SETMAX_1] [Limit, AddPending];
                added_connection_may_exceed_limit [] [Q6_4] [Limit, AddPending];
                added_connection_needs_no_listening [] [Q6_4, WAIT_5] [AddPending];
                hook_can_add_connection [] [Q6_4, INC_3] [Hooks, AddPending, Announcements];
                connection_added_by_hook_counts [] [Q6_4, SETMAX_1] [Limit, Hooks, AddPending];
            }
        }
    };
}
