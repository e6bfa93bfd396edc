/**
 * Options of the original API that Stills does not have yet. They are refused by name, so that no caller believes they had an effect.
 * A switch that is explicitly off passes.
 */
export const unsupportedOptions: ReadonlySet<string> = new Set(
  `include_shadow_dom request_gpu_rendering fail_if_gpu_rendering_fails servers_region selector_algorithm
   capture_beyond_viewport full_page_algorithm full_page_slices full_page_slice_height
   full_page_slice_overlap_height block_cookie_banners block_banners_by_heuristics block_chats block_ads
   block_trackers block_socials block_annoyances ip_country_code cache cache_ttl cache_key storage_bucket
   storage_endpoint storage_access_key_id storage_secret_access_key storage_class storage_acl openai_api_key
   vision_prompt vision_max_tokens`.split(/\s+/),
);
