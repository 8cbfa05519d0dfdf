//! The cases of names, files, access and errors.

/// Appends these groups, and passes all on.
#[doc(hidden)]
#[macro_export]
macro_rules! __cases_of_names {
    ([$($callback:tt)*] ($($arguments:tt)*) $($before:tt)*) => {
        $($callback)*! {
            ($($arguments)*) $($before)*

            occupied {
                occupied_name_is_in_use [LIS_9] [ERR_5, ERR_6] [Files];
                live_server_answers_after_many_attempts [] [LIS_9] [Files];
                bound_socket_is_in_use [] [LIS_9, ERR_6] [Files, Descriptors];
                exhaustion_keeps_occupant [] [LIS_3, LIS_9] [Files, OwnProcess];
                exhaustion_leaves_nothing [] [LIS_3, ERR_5] [Files, OwnProcess, Options];
                exhaustion_closes_descriptors [] [LIS_3] [Files, OwnProcess, Options];
            }

            options {
                options_have_documented_bits [OPT_1] [] [Options];
                no_option_leaves_mode_to_umask [OPT_2] [] [Files, OwnProcess];
                options_give_exact_modes [OPT_4, OPT_5, OPT_6] [OPT_8] [Files, Modes, Options];
                world_gives_mode_0777 [OPT_7] [] [Files, Options];
                all_sets_give_exact_modes_under_every_umask
                    [OPT_8] [OPT_2, OPT_4, OPT_5, OPT_6, OPT_7] [Files, OwnProcess, Options];
                listen_keeps_umask [] [OPT_2, OPT_8] [Files, OwnProcess, Options];
                options_create_no_other_file [] [OPT_4, CLOSE_7, LIS_3] [Files, Modes, Options];
                options_apply_to_next_listen [OPT_10] [] [Files, Modes, Options];
                options_are_stored_while_listening [] [OPT_10, OPT_15] [Options];
                abstract_option_while_listening_keeps_no_file
                    [] [OPT_10, CLOSE_7, Q6_1] [Files, AbstractNames, Options];
                options_are_read_back [OPT_15] [] [Options];
                options_keep_live_server [OPT_16] [LIS_9] [Files, Options];
                options_keep_every_occupant [] [OPT_16, LIS_9] [Files, Modes, Options];
            }

            access {
                each_option_admits_only_its_users
                    [OPT_3] [OPT_4, OPT_9, OPT_5, OPT_6, OPT_7] [Files, Modes, Users, OwnProcess, Options];
                each_set_admits_only_its_users_under_every_umask
                    [OPT_9] [OPT_2, OPT_3, OPT_8] [Files, Modes, Users, OwnProcess, Options];
                other_client_is_denied_access
                    [] [OPT_3, CON_2] [Files, Modes, Users, OwnProcess, Options];
                no_access_before_mode_is_set [] [OPT_9] [Files, Modes, Users, OwnProcess, Options];
                unenforced_options_are_refused [OPT_11] [OPT_3] [Files, Users, OwnProcess, Options];
                inherited_acl_is_removed
                    [] [OPT_8, OPT_9] [Files, Modes, Users, OwnProcess, Options];
                inherited_acl_stays_without_options
                    [] [OPT_2] [Files, Modes, Users, OwnProcess, Options];
                no_access_by_inherited_acl [] [OPT_9] [Files, Modes, Users, OwnProcess, Options];
                owner_and_group_are_set
                    [] [OPT_3, OPT_9] [Files, Modes, Users, OwnProcess, Options];
                failure_to_set_owner_leaves_nothing
                    [] [OPT_3, LIS_3] [Files, Users, Modes, OwnProcess, Options];
                own_group_can_be_set_without_privileges
                    [] [OPT_3] [Files, Modes, Users, OwnProcess, Options];
            }

            errors {
                text_depends_on_kind [ERR_1, SRV_5] [ERR_6] [Files, LastError];
                text_is_one_line [] [ERR_1] [Files, LastError];
                no_error_has_no_text [ERR_2] [] [LastError];
                last_error_is_recorded [ERR_3] [] [Files, LastError];
                returned_error_is_recorded [] [ERR_3, LIS_3] [Files, LastError];
                listen_clears_error [ERR_4] [] [LastError];
                adoption_clears_error [] [ERR_4] [Descriptors, Adoption, LastError];
                nothing_else_clears_error
                    [] [ERR_4, CLOSE_5] [Limit, Drain, Removal, Options, LastError];
                accepting_again_keeps_error [] [ERR_4] [OwnProcess, LastError];
                misuse_is_not_recorded [] [ERR_4, LIS_2] [LastError];
                kind_follows_cause [ERR_5] [LIS_6, FULL_5, LIS_3] [Files, LastError];
                forbidden_directory_is_access_error
                    [] [ERR_5] [Files, Users, OwnProcess, LastError];
                exhaustion_is_resources_error [] [ERR_5, LIS_3] [OwnProcess, LastError];
                text_holds_name_and_path [ERR_6] [ERR_1, LIS_6, LIS_9] [Files, LastError];
                refused_adoption_has_text [] [ERR_6, FD_3] [Descriptors, Adoption, LastError];
                text_of_failed_accept_holds_name [] [ERR_6] [OwnProcess, LastError];
            }

            names {
                names_are_known_while_listening
                    [NAME_1, SRV_6, FULL_1, NAME_2] [LIS_4, LIS_3] [Names];
                special_characters_are_kept [] [NAME_1, FULL_1, FULL_3] [Files];
                plain_name_is_in_tmpdir [FULL_2] [LIS_4] [Files, OwnProcess] tmpdir Fresh;
                slash_after_tmpdir_is_ignored [] [FULL_2] [Files, OwnProcess] tmpdir FreshWithSlash;
                unset_tmpdir_means_tmp [] [FULL_2] [Files, OwnProcess] tmpdir Unset;
                empty_tmpdir_means_tmp [] [FULL_2, FULL_5] [Files, OwnProcess] tmpdir Empty;
                full_name_is_path [FULL_3] [LIS_5, CLOSE_7] [Files];
                empty_name_and_nul_are_name_errors [FULL_5] [LIS_3] [Files];
                over_long_name_is_name_error [] [FULL_5, ERR_6] [Files];
                longest_name_works [] [FULL_5, CON_1] [Files];
                over_long_name_changes_no_file [] [FULL_5, LIS_3] [Files, Removal];
                relative_tmpdir_is_name_error
                    [] [FULL_5] [Files, OwnProcess, Removal] tmpdir Relative;
                missing_tmpdir_is_not_found [] [FULL_5] [Files, OwnProcess, Removal] tmpdir Missing;
                full_name_ignores_tmpdir [] [FULL_3, FULL_5] [Files, OwnProcess] tmpdir Missing;
                special_words_are_in_tmpdir [] [FULL_2, LIS_4] [Files, OwnProcess] tmpdir Fresh;
                other_syntax_is_name_error
                    [] [FULL_2, FULL_5, LIS_4, CON_2, REM_5, ERR_6] [Files, OwnProcess, Removal] tmpdir Fresh;
                trailing_slash_is_name_error [] [FULL_3, FULL_5, CON_2, REM_5] [Files, Removal];
                server_client_and_removal_reject_same_names
                    [] [FULL_5, CON_2, REM_5] [Files, Removal];
                server_client_and_removal_resolve_alike
                    [] [FULL_2, FULL_5, CON_1, REM_2] [Files, OwnProcess, Removal] tmpdir Fresh;
            }

            removal {
                removal_of_stale_socket_frees_name [REM_1] [LIS_6, LIS_7] [Files, Removal];
                only_named_socket_is_removed [REM_2] [] [Files, Removal];
                plain_name_is_resolved [] [REM_2, FULL_2] [Files, Removal];
                missing_socket_is_success [REM_3] [] [Files, Removal];
                directory_is_refused [REM_5] [REM_6] [Files, Removal];
                denied_removal_is_reported [] [REM_5] [Files, Users, OwnProcess, Removal];
                link_loop_is_not_missing [] [REM_5] [Files, Removal];
                live_socket_is_removed [] [REM_6] [Files, Removal];
                files_and_links_are_refused [REM_6] [] [Files, Removal];
                removal_records_nothing [] [REM_5, ERR_4] [Files, Removal];
            }

            abstract_names {
                name_is_whole_address [Q6_1] [] [AbstractNames, ListenerNumber, Options];
                serves_clients [] [Q6_1, CON_1] [AbstractNames, Options];
                both_names_are_the_name [] [Q6_1, NAME_1, FULL_1] [AbstractNames, Names, Options];
                name_is_free_after_close [] [Q6_1, CLOSE_6] [AbstractNames, Options];
                no_file_is_created [] [Q6_1] [Files, AbstractNames, Options];
                files_are_kept [] [Q6_1, CLOSE_7] [Files, AbstractNames, Options];
                option_change_while_listening_keeps_files
                    [] [Q6_1, OPT_10, CLOSE_7] [Files, AbstractNames, Options];
                occupied_name_is_in_use [] [Q6_1, ERR_5] [AbstractNames, Descriptors, Options];
                bound_name_is_in_use [] [Q6_1, CON_2, ERR_6] [AbstractNames, Descriptors, Options];
                all_users_can_connect [] [Q6_1, OPT_7] [AbstractNames, Users, OwnProcess, Options];
                restricted_access_is_refused [] [Q6_1, OPT_3] [AbstractNames, Options];
                name_may_hold_any_bytes [] [Q6_1, FULL_5] [AbstractNames, Options];
            }

            pipes {
                plain_name_is_pipe [FULL_4] [LIS_4] [Names];
                pipe_path_is_name [LIS_10] [FULL_4] [];
                two_servers_can_share_pipe [LIS_8] [] [];
                removal_does_nothing [REM_4] [] [Removal];
            }
        }
    };
}
