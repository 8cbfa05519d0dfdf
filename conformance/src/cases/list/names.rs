//! The cases about names, files, access and errors.

/// Puts these cases behind those that it is given, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_about_names {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $($callback)*! {
            ($($arguments)*) $($before)*

            options::options_have_the_documented_bits minimal [OPT_1] also [] needs [];
            options::no_option_leaves_the_mode_to_the_umask
                minimal [OPT_2] also [] needs [Files, OwnProcess];
            options::the_user_option_gives_mode_0700 minimal [OPT_4] also [] needs [Files];
            options::the_group_option_gives_mode_0070 minimal [OPT_5] also [] needs [Files];
            options::the_other_option_gives_mode_0007 minimal [OPT_6] also [] needs [Files];
            options::the_world_option_gives_mode_0777 minimal [OPT_7] also [] needs [Files];
            options::two_options_add_up minimal [] also [OPT_8] needs [Files, Modes];
            options::all_eight_sets_have_exact_modes_under_every_umask
                minimal [OPT_8] also [OPT_2, OPT_4, OPT_5, OPT_6, OPT_7] needs [Files, OwnProcess];
            options::listening_leaves_the_umask_alone
                minimal [] also [OPT_2, OPT_8] needs [Files, OwnProcess];
            options::options_leave_nothing_beside_the_socket
                minimal [] also [OPT_4, CLOSE_7, LIS_3] needs [Files, Modes];
            options::options_set_while_listening_serve_the_next_listen
                minimal [OPT_10] also [] needs [Files, Modes];
            options::options_set_while_listening_are_stored
                minimal [] also [OPT_10, OPT_15] needs [];
            options::going_abstract_while_listening_does_not_leave_the_file
                minimal [] also [OPT_10, CLOSE_7, Q6_1] needs [Files, AbstractNames];
            options::options_read_back minimal [OPT_15] also [] needs [];
            options::options_do_not_displace_a_live_server
                minimal [OPT_16] also [LIS_9] needs [Files];
            options::no_option_set_displaces_any_occupant
                minimal [] also [OPT_16, LIS_9] needs [Files, Modes];

            access::the_user_option_admits_only_the_user
                minimal [OPT_3] also [OPT_4, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::the_group_option_admits_the_group_but_not_the_user
                minimal [] also [OPT_5, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::the_other_option_admits_strangers_only
                minimal [] also [OPT_6, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::the_world_option_admits_everybody
                minimal [] also [OPT_7, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::every_set_admits_whom_it_names_under_every_umask
                minimal [OPT_9] also [OPT_2, OPT_3, OPT_8] needs [Files, Modes, Users, OwnProcess];
            access::a_client_who_is_not_admitted_is_denied_access
                minimal [] also [OPT_3, CON_2] needs [Files, Modes, Users, OwnProcess];
            access::nobody_slips_in_before_the_mode_is_set
                minimal [] also [OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::where_modes_are_ignored_restricting_sets_are_refused
                minimal [OPT_11] also [OPT_3] needs [Files, Users, OwnProcess];
            access::an_inherited_acl_admits_nobody_else
                minimal [] also [OPT_8, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::without_options_an_inherited_acl_counts
                minimal [] also [OPT_2] needs [Files, Modes, Users, OwnProcess];
            access::nobody_slips_in_by_an_inherited_acl
                minimal [] also [OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::the_file_is_given_to_its_owner_and_group
                minimal [] also [OPT_3, OPT_9] needs [Files, Modes, Users, OwnProcess];
            access::an_owner_that_may_not_be_set_leaves_nothing
                minimal [] also [OPT_3, LIS_3] needs [Files, Users, Modes, OwnProcess];
            access::ones_own_group_can_be_set_without_privileges
                minimal [] also [OPT_3] needs [Files, Modes, Users, OwnProcess];

            errors::the_text_fits_the_kind minimal [ERR_1] also [ERR_6] needs [Files];
            errors::a_text_is_one_line minimal [] also [ERR_1] needs [Files];
            errors::no_error_means_no_text minimal [ERR_2] also [] needs [];
            errors::the_last_error_wins minimal [ERR_3] also [] needs [Files];
            errors::what_is_returned_is_recorded minimal [] also [ERR_3, LIS_3] needs [Files];
            errors::listening_clears_the_error minimal [ERR_4] also [] needs [];
            errors::adopting_clears_the_error minimal [] also [ERR_4] needs [Descriptors];
            errors::nothing_else_clears_the_error minimal [] also [ERR_4, CLOSE_5] needs [];
            errors::serving_again_does_not_clear_the_error
                minimal [] also [ERR_4] needs [OwnProcess];
            errors::misuse_is_returned_and_not_recorded minimal [] also [ERR_4, LIS_2] needs [];
            errors::an_occupied_name_is_in_use minimal [ERR_5] also [LIS_6] needs [Files];
            errors::listen_reports_missing_directory_as_not_found
                minimal [] also [ERR_5, FULL_5] needs [Files];
            errors::a_file_as_a_directory_is_a_name_error
                minimal [] also [ERR_5, LIS_3] needs [Files];
            errors::a_loop_of_links_is_a_name_error minimal [] also [ERR_5] needs [Files];
            errors::a_forbidden_directory_is_an_access_error
                minimal [] also [ERR_5] needs [Files, Users, OwnProcess];
            errors::exhaustion_is_an_error_of_resources
                minimal [] also [ERR_5, LIS_3] needs [OwnProcess];
            errors::the_text_names_operation_name_path_and_cause
                minimal [ERR_6] also [ERR_1] needs [Files];
            errors::the_text_about_a_live_server_gives_advice minimal [] also [ERR_6] needs [Files];
            errors::the_text_about_a_stale_socket_gives_advice
                minimal [] also [ERR_6, LIS_6] needs [Files];
            errors::the_text_about_other_occupants_says_what_is_there
                minimal [] also [ERR_6, LIS_9] needs [Files];
            errors::the_text_about_an_adoption_names_it
                minimal [] also [ERR_6, FD_3] needs [Descriptors];
            errors::the_text_about_a_failed_accept_names_it
                minimal [] also [ERR_6] needs [OwnProcess];

            names::the_name_is_what_was_passed minimal [NAME_1] also [SRV_6] needs [];
            names::a_plain_name_is_kept_as_it_was_passed minimal [] also [NAME_1, LIS_4] needs [];
            names::odd_characters_are_kept minimal [] also [NAME_1, FULL_1, FULL_3] needs [Files];
            names::a_name_need_not_be_text minimal [] also [NAME_1, FULL_3] needs [Files];
            names::an_idle_server_has_no_name minimal [NAME_2] also [LIS_3] needs [];
            names::the_full_name_is_known_while_listening minimal [FULL_1] also [LIS_4] needs [];
            names::a_plain_name_leads_to_the_temporary_directory
                minimal [FULL_2] also [LIS_4] needs [Files, TemporaryDirectory(Fresh)];
            names::a_slash_at_the_end_of_the_temporary_directory_is_no_harm
                minimal [] also [FULL_2] needs [Files, TemporaryDirectory(FreshWithSlash)];
            names::without_a_temporary_directory_a_plain_name_leads_to_tmp
                minimal [] also [FULL_2] needs [Files, TemporaryDirectory(Unset)];
            names::with_an_empty_temporary_directory_a_plain_name_leads_to_tmp
                minimal [] also [FULL_2, FULL_5] needs [Files, TemporaryDirectory(Empty)];
            names::a_full_name_is_the_path_verbatim minimal [FULL_3] also [LIS_5] needs [Files];
            names::dots_and_slashes_in_a_full_name_are_kept
                minimal [] also [FULL_3, CLOSE_7] needs [Files];
            names::the_empty_name_is_a_name_error minimal [] also [FULL_5, LIS_3] needs [Files];
            names::a_nul_in_a_name_is_a_name_error minimal [FULL_5] also [LIS_3] needs [Files];
            names::an_over_long_name_is_a_name_error_with_both_numbers
                minimal [] also [FULL_5, ERR_6] needs [Files];
            names::the_longest_name_works minimal [] also [FULL_5, CON_1] needs [Files];
            names::a_file_at_an_over_long_name_is_untouched
                minimal [] also [FULL_5, LIS_3] needs [Files];
            names::a_missing_directory_is_not_made minimal [] also [FULL_5, LIS_3] needs [Files];
            names::a_relative_temporary_directory_is_a_name_error
                minimal [] also [FULL_5] needs [Files, TemporaryDirectory(Relative)];
            names::a_missing_temporary_directory_is_not_found
                minimal [] also [FULL_5] needs [Files, TemporaryDirectory(Missing)];
            names::a_full_name_does_not_ask_for_the_temporary_directory
                minimal [] also [FULL_3, FULL_5] needs [Files, TemporaryDirectory(Missing)];
            names::odd_single_words_lead_to_the_temporary_directory
                minimal [] also [FULL_2, LIS_4] needs [Files, TemporaryDirectory(Fresh)];
            names::names_that_look_like_something_else_are_rejected
                minimal [] also [FULL_2, FULL_5, LIS_4, CON_2, REM_5, ERR_6]
                needs [Files, TemporaryDirectory(Fresh)];
            names::a_path_that_ends_in_a_slash_is_rejected
                minimal [] also [FULL_3, FULL_5, CON_2, REM_5] needs [Files];
            names::everybody_agrees_on_what_is_no_name
                minimal [] also [FULL_5, CON_2, REM_5] needs [Files];
            names::everybody_agrees_on_where_a_plain_name_leads
                minimal [] also [FULL_2, FULL_5, CON_1, REM_2]
                needs [Files, TemporaryDirectory(Fresh)];

            removal::removing_what_a_crashed_server_left_lets_listen_succeed
                minimal [REM_1] also [LIS_6, LIS_7] needs [Files];
            removal::the_socket_file_is_removed_and_nothing_else
                minimal [REM_2] also [] needs [Files];
            removal::a_plain_name_is_resolved_as_for_listen
                minimal [] also [REM_2, FULL_2] needs [Files];
            removal::removing_nothing_succeeds minimal [REM_3] also [] needs [Files];
            removal::removing_twice_succeeds minimal [] also [REM_3] needs [Files];
            removal::a_directory_is_reported_as_a_failure
                minimal [REM_5] also [REM_6] needs [Files];
            removal::a_socket_that_may_not_be_removed_is_reported
                minimal [] also [REM_5] needs [Files, Users, OwnProcess];
            removal::what_cannot_be_looked_at_is_not_taken_for_missing
                minimal [] also [REM_5] needs [Files];
            removal::a_running_servers_socket_is_removed minimal [] also [REM_6] needs [Files];
            removal::a_file_is_refused_and_untouched minimal [REM_6] also [] needs [Files];
            removal::links_are_refused_and_untouched minimal [] also [REM_6] needs [Files];
            removal::removing_records_nothing minimal [] also [REM_5, ERR_4] needs [Files];

            later_members::an_abstract_name_is_the_whole_address
                minimal [Q6_1] also [] needs [AbstractNames];
            later_members::an_abstract_server_serves_clients
                minimal [] also [Q6_1, CON_1] needs [AbstractNames];
            later_members::both_names_of_an_abstract_server_are_the_name
                minimal [] also [Q6_1, NAME_1, FULL_1] needs [AbstractNames];
            later_members::an_abstract_name_is_free_again_at_once
                minimal [] also [Q6_1, CLOSE_6] needs [AbstractNames];
            later_members::an_abstract_name_makes_no_file
                minimal [] also [Q6_1] needs [Files, AbstractNames];
            later_members::an_abstract_server_leaves_files_alone
                minimal [] also [Q6_1, CLOSE_7] needs [Files, AbstractNames];
            later_members::forgetting_the_option_while_listening_is_no_harm
                minimal [] also [Q6_1, OPT_10, CLOSE_7] needs [Files, AbstractNames];
            later_members::an_abstract_name_that_is_taken_is_in_use
                minimal [] also [Q6_1, ERR_5] needs [AbstractNames, Descriptors];
            later_members::an_abstract_name_that_does_not_listen_is_told
                minimal [] also [Q6_1, CON_2, ERR_6] needs [AbstractNames, Descriptors];
            later_members::abstract_names_admit_everybody
                minimal [] also [Q6_1, OPT_7] needs [AbstractNames, Users, OwnProcess];
            later_members::an_abstract_name_with_restricted_access_is_refused
                minimal [] also [Q6_1, OPT_3] needs [AbstractNames];
            later_members::an_abstract_name_may_hold_any_bytes
                minimal [] also [Q6_1, FULL_5] needs [AbstractNames];
            later_members::a_backlog_that_was_set_holds
                minimal [Q6_2] also [] needs [QueueWaits];
            later_members::the_default_backlog_is_the_systems_maximum
                minimal [] also [Q6_2] needs [Files];
            later_members::a_backlog_set_while_listening_serves_the_next_listen
                minimal [] also [Q6_2] needs [QueueWaits];
            later_members::the_listener_can_be_borrowed_while_listening
                minimal [Q6_3] also [] needs [Descriptors];
            later_members::the_listener_is_close_on_exec
                minimal [] also [Q6_3, LIS_1] needs [Descriptors];
            later_members::connections_are_close_on_exec
                minimal [] also [Q6_3, NEXT_1, CON_1] needs [Descriptors, OwnProcess];
            later_members::closing_closes_what_was_borrowed
                minimal [] also [Q6_3] needs [Descriptors];
            later_members::an_own_connection_is_pending_and_announced
                minimal [Q6_4] also [SIG_1, HAS_1] needs [];
            later_members::an_own_connection_counts minimal [] also [Q6_4, SETMAX_1] needs [];
            later_members::an_own_connection_may_exceed_the_limit minimal [] also [Q6_4] needs [];
            later_members::an_own_connection_needs_no_listening
                minimal [] also [Q6_4, WAIT_5] needs [];
            later_members::a_hook_may_queue_a_connection_of_its_own
                minimal [] also [Q6_4, INC_3] needs [];
            later_members::what_a_hook_queues_of_its_own_counts
                minimal [] also [Q6_4, SETMAX_1] needs [];

            pipes::a_plain_name_leads_to_the_pipes minimal [FULL_4] also [LIS_4] needs [];
            pipes::the_path_of_a_pipe_is_accepted minimal [LIS_10] also [FULL_4] needs [];
            pipes::two_servers_may_share_a_pipe minimal [LIS_8] also [] needs [];
            pipes::removing_does_nothing minimal [REM_4] also [] needs [];
        }
    };
}
