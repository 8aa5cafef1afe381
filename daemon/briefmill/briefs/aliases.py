"""What the keys of the world's briefs mean: one table a context, the canonical name of a field first.

Keys are compared without case and separators (`text.folded`), so one spelling stands for all. A context is a group of
fields (`brand: {...}`, `localization: {...}`); what it does not know itself is looked up among the fields of the
whole brief, so that `campaign: {name, message, products}` works as well as the flat form. Adding a dialect means
adding words here.
"""

from typing import Final

from briefmill.briefs import text
from briefmill.briefs.fields import Context, Field

COPY_FIELDS: Final = frozenset({Field.MESSAGE, Field.CTA, Field.DISCLAIMER})

_WORDS: Final = {
    Field.MESSAGE: """message campaign_message primary_message main_message key_message core_message headline
        campaign_headline main_headline hero_headline message_text text_overlay overlay_text ad_copy copy copy_text
        campaign_text campaign_copy marketing_message ad_text messages campaign_messages headlines text slogan tagline
        campaign_tagline campaign_slogan hero_message region_specific_message main_text""",
    Field.CTA: """cta call_to_action cta_text cta_label button button_text cta_copy campaign_cta action_text ctas
        primary_cta""",
    Field.DISCLAIMER: """disclaimer disclaimer_text legal_copy legal_text legal_disclaimer legal_line fine_print
        small_print terms terms_and_conditions mandatory_text required_disclaimer disclaimers legal_notice legal
        localized_legal_copy""",
    Field.TRANSLATIONS: """translations translation localizations localisations localized_messages localised_messages
        localized_copy messages_by_locale messages_by_language message_translations campaign_message_translations
        message_localizations language_variants localized_content copy_by_locale localized_text message_by_locale
        localized message_variants_by_locale i18n""",
}

_ROOT: Final = {
    Field.ID: "id campaign_id slug campaign_slug brief_id campaign_code campaign_key",
    Field.CAMPAIGN: "campaign campaign_name name title campaign_title project project_name brief_name",
    **_WORDS,
    Field.LANGUAGE: """language lang primary_language source_language default_language default_locale source_locale
        base_language primary_locale message_language campaign_language copy_language content_language locale
        target_language target_locale output_language text_language""",
    Field.LOCALES: """locales languages target_languages output_locales output_languages target_locales
        supported_languages supported_locales required_languages localization_languages localize_to translate_to
        additional_languages market_languages language_list""",
    Field.REGIONS: """regions region target_region target_regions market target_market markets target_markets country
        countries target_country target_countries geography geo geographies territory territories location locations
        target_location market_region region_market target_geography campaign_region target_region_market""",
    Field.MARKETS: """regional_adaptations regional_variations regional_variants market_variants regional_messages
        market_adaptations regional_messaging region_messages""",
    Field.VERTICAL: "vertical industry sector industry_sector industry_vertical",
    Field.AUDIENCE: """audience target_audience audiences target_audiences target_demographic demographics persona
        personas target_persona target_customer customer audience_segment audience_segments segment segments
        target_segment target_group audience_description""",
    Field.PLACEMENTS: """placements placement aspect_ratios aspect_ratio ratios ratio required_aspect_ratios formats
        format sizes size dimensions output_sizes output_formats output_ratios creative_sizes creative_formats
        ad_sizes ad_formats image_sizes target_aspect_ratios target_sizes asset_sizes variants social_formats
        required_formats required_ratios resolutions""",
    Field.CHANNELS: """channels channel platforms platform target_platforms target_channels social_platforms
        social_channels networks media_channels target_platform ad_platforms deliverables""",
    Field.PRIORITY: "priority urgency",
    Field.DELIVERY: "delivery delivery_mode delivery_speed turnaround overnight service_level",
    Field.COPY_APPROVAL: "copy_approval approve_copy copy_review review_copy translation_approval approve_translations",
    Field.ON_VIOLATION: "on_violation on_violations on_compliance_failure if_rejected",
    Field.PRODUCTS: """products product product_list items item product_lines skus product_catalog featured_products
        campaign_products target_products products_list""",
    Field.BRAND_NAME: "brand brand_name company company_name client client_name advertiser brand_title",
    Field.BRAND_ID: "brand_id brand_slug",
    Field.PALETTE: """brand_palette brand_colors brand_colours palette colors colours color_palette colour_palette
        primary_color primary_colour secondary_color secondary_colour accent_color accent_colour brand_color
        brand_colour primary_colors primary_colours secondary_colors secondary_colours accent_colors accent_colours
        background_color background_colour text_color text_colour color_scheme colour_scheme theme_colors""",
    Field.LOGO: """logo logo_path brand_logo logo_file logo_image logo_url logo_asset brand_logo_path logo_src logos
        primary_logo logo_primary main_logo logo_main logo_svg logo_png brand_logos logo_variants logo_files""",
    # A colour names the ink, and white ink is for dark grounds; see `briefs.logos`.
    Field.LOGO_ON_DARK: """logo_on_dark logo_white white_logo logo_light light_logo logo_negative negative_logo
        logo_reversed reversed_logo logo_reverse logo_inverse inverse_logo logo_inverted inverted_logo logo_knockout
        logo_for_dark logo_dark_background logo_on_dark_background logo_for_dark_backgrounds logo_dark_bg logo_dark_mode
        logo_dark_theme logo_on_black brand_logo_white brand_logo_light logo_white_path logo_light_path
        logo_light_version logo_white_version""",
    Field.LOGO_ON_LIGHT: """logo_on_light logo_black black_logo logo_dark dark_logo logo_positive positive_logo
        logo_for_light logo_light_background logo_on_light_background logo_for_light_backgrounds logo_light_bg
        logo_light_mode logo_light_theme logo_on_white brand_logo_black brand_logo_dark logo_black_path logo_dark_path
        logo_dark_version logo_black_version""",
    Field.LOGO_REQUIRED: """logo_required include_logo require_logo show_logo requires_logo logo_mandatory
        must_include_logo use_logo add_logo logo_overlay""",
    Field.FONTS: "fonts font_path font_file font_files font_paths brand_fonts",
    Field.FONT_FAMILY: """font_family font font_name typeface typography primary_font brand_font heading_font
        headline_font""",
    Field.TONE: "tone tone_of_voice voice brand_voice brand_tone campaign_tone message_tone",
    Field.GLOSSARY: "glossary brand_glossary terminology term_base do_not_translate translation_glossary",
    Field.FORBIDDEN_WORDS: """forbidden_words prohibited_words banned_words blocked_words restricted_words
        forbidden_terms prohibited_terms words_to_avoid banned_terms forbidden_phrases prohibited_phrases
        blocklist negative_words restricted_terms""",
    Field.REQUIRED_WORDS: "required_words must_say must_include_words mandatory_words required_phrases",
    Field.SETTING: "setting scene background environment background_scene backdrop scenery",
    Field.STYLE: """style visual_style artistic_style art_style image_style photo_style photography_style
        creative_style design_style style_preset aesthetic look_and_feel""",
    Field.MOOD: "mood moods atmosphere feeling emotional_tone vibe",
    Field.COMPOSITION: "composition layout negative_space framing camera camera_angle shot",
    Field.AVOID: """avoid negative_prompt negative_prompts do_not_include exclude donts avoid_elements must_avoid
        prompt_avoid""",
    Field.NOTES: """notes visual_notes cultural_requirements cultural_notes cultural_considerations cultural_context
        legal_compliance legal_requirements compliance_requirements key_benefits benefits lighting season theme
        campaign_theme creative_direction visual_direction art_direction creative_brief key_visual description
        campaign_description overview summary brief context seasonal_context occasion props visual_elements
        creative_notes additional_notes special_instructions instructions sustainability_messaging mandatories
        brand_personality personality brand_values values keywords prompt_keywords image_prompt
        prompt visual_prompt style_prompt concept campaign_concept compliance creative visual visuals
        imagery image_direction photography creative_guidelines visual_guidelines guidelines
        brand_guidelines design_guidelines usps selling_points value_proposition""",
    Field.ASSETS_REQUIRED: "assets_required require_assets requires_assets",
    Field.STYLE_REFERENCES: "style_references style_reference style_images mood_images moodboard mood_board",
    Field.FIDELITY: "product_fidelity image_fidelity product_accuracy product_integrity",
    Field.QUALITY: "image_quality picture_quality render_quality quality",
    Field.COMPLEXITY: "image_complexity picture_complexity complexity",
    Field.MODERATION: "moderation moderation_level",
    Field.UNUSED: """success_metrics campaign_objectives objectives objective kpis kpi goals goal metrics budget
        budget_usd start_date end_date launch_date date dates timeline schedule deadline due_date duration created_at
        updated_at created created_by author owner contact requester team status type campaign_type brief_type tags
        hashtags hashtag website url landing_page landing_page_url link domain enable_copywriting copywriting
        generate_copy client_id tenant department price offer promotion promo promo_code discount competitors tracking
        utm output output_dir output_path output_folder filename file_name campaign_year year quarter body body_copy
        secondary_message subheadline subhead sub_headline subheading secondary_messages supporting_message
        supporting_messages supporting_copy long_copy caption captions description_text model image_model provider
        num_variations variations variation_count number_of_variants count seed translate auto_translate
        generate_localized asset_path assets_dir input_assets_dir metadata meta approval approvals approvers assets
        images image hero_image existing_assets input_assets reference_images asset_folder assets_folder hero_asset
        font_preference font_size""",
}

_GROUPS: Final = {
    Context.CAMPAIGN: "campaign campaign_info campaign_details campaign_brief project brief campaign_metadata",
    Context.BRAND: """brand brand_guidelines brand_config brand_identity brand_info brand_profile brand_kit brand_style
        brand_assets_and_style guidelines brand_standards brand_voice theme brand_details client company
        brand_requirements colors_and_fonts style_guide brand_rules""",
    Context.COPY: """messaging copy message messages texts text content ad_copy campaign_message campaign_copy
        key_messages""",
    Context.LOCALIZATION: """localization localisation localizations localization_settings language_settings i18n
        localization_requirements""",
    Context.TARGET: """targeting target market target_market region target_region audience_targeting geo geography
        campaign_target market_info""",
    Context.DIRECTION: """direction visual_direction creative_direction creative creative_params creative_brief
        art_direction visual visuals image_direction image_style visual_style style photography look style_guide
        creative_guidelines visual_guidelines generation image_generation generation_params creative_parameters
        creative_requirements_style""",
    Context.RENDERING: "rendering render rendering_options picture_options",
    Context.OUTPUT: """requirements creative_requirements ad_settings output outputs output_settings
        settings specs specifications technical technical_requirements options config configuration
        output_requirements output_specs formats_and_sizes generation_settings asset_requirements production
        output_config creative_specs""",
    Context.ASSETS: "assets brand_assets input_assets logos existing_assets asset_library files media",
    Context.LEGAL: "legal compliance legal_compliance legal_requirements regulatory legal_info",
}
"""Which keys open a context when a mapping stands behind them."""

_OWN: Final = {
    Context.CAMPAIGN: {
        Field.CAMPAIGN: "name title campaign_name",
        Field.ID: "id campaign_id slug code",
        Field.UNUSED: "type status phase version kind",
    },
    Context.BRAND: {
        Field.BRAND_ID: "id brand_id slug",
        Field.BRAND_NAME: "name brand_name title company",
        Field.PALETTE: """palette colors colours primary secondary accent neutral background foreground
            dominant_colors core_colors hex allowed_colors approved_colors""",
        Field.FORBIDDEN_WORDS: "forbidden prohibited banned avoid_words do_not_say",
        Field.GLOSSARY: "glossary terminology do_not_translate keep_words",
        Field.LOGO_REQUIRED: "logo_required include_logo",
        Field.FONT_FAMILY: "family heading headline",
        Field.STYLE: "style visual_style imagery imagery_style photography_style photography",
        Field.NOTES: "description personality values dos do donts dont",
        Field.UNUSED: """tagline slogan website url domain industry logo_position logo_placement logo_size
            logo_clear_space logo_min_size logo_margin logo_opacity logo_scale body secondary_font body_font font_size
            font_weight min_font_size text_position text_size message""",
    },
    Context.COPY: {
        Field.MESSAGE: """primary main headline message text primary_message title hero default value
            campaign_message""",
        Field.CTA: "cta call_to_action button action",
        Field.DISCLAIMER: "disclaimer legal fine_print terms",
        Field.UNUSED: """body subheadline subheading secondary secondary_messages subtitle description hashtags
            supporting support_points proof_points key_points bullets tertiary""",
    },
    Context.LOCALIZATION: {
        Field.LANGUAGE: "language primary default source primary_language locale default_language base",
        Field.LOCALES: "languages locales targets target secondary secondary_languages enabled_languages required",
        Field.TRANSLATIONS: "messages copy texts content",
        Field.UNUSED: "enabled required auto currency date_format units rtl",
    },
    Context.TARGET: {
        Field.REGIONS: "region country name code countries regions primary secondary market city state location",
        Field.AUDIENCE: "audience demographic demographics persona target_audience description",
        Field.LANGUAGE: "language locale",
    },
    Context.DIRECTION: {
        Field.NOTES: "description summary lighting concept type name notes theme subject details inspiration",
        Field.STYLE: "style artistic_style aesthetic type_of_image medium",
        Field.PALETTE: "color_palette colors palette colour_palette",
        Field.UNUSED: "text_treatment logo_treatment logo_placement text_placement text_position text_overlay",
    },
    Context.RENDERING: {
        Field.QUALITY: "quality",
        Field.COMPLEXITY: "complexity",
        Field.GROUND: "background",
        Field.PICTURE_FORMAT: "format output_format",
        Field.COMPRESSION: "compression output_compression",
        Field.MODERATION: "moderation",
        Field.FIDELITY: "fidelity product_fidelity",
    },
    Context.OUTPUT: {
        Field.PLACEMENTS: "aspect_ratios sizes formats dimensions ratios placements",
        Field.UNUSED: "text_treatment file_format file_formats name path directory folder image_format resolution dpi",
    },
    Context.ASSETS: {
        Field.LOGO: "logo brand_logo primary primary_logo main logo_path default standard full_color full_colour",
        Field.LOGO_ON_DARK: """on_dark white negative reversed inverse inverted dark_background dark_mode
            for_dark_backgrounds white_version light""",
        Field.LOGO_ON_LIGHT: "on_light black positive light_background light_mode for_light_backgrounds dark",
        Field.FONTS: "font fonts font_path",
        Field.UNUSED: "path folder directory base_path images products backgrounds hero",
    },
    Context.LEGAL: {
        Field.DISCLAIMER: "disclaimer disclaimers text copy disclaimer_text required_text legal_copy notice",
        Field.FORBIDDEN_WORDS: """forbidden_words prohibited_words banned_words prohibited prohibited_claims
        blocked_words""",
        Field.NOTES: "requirements regulations notes guidelines restrictions claims",
    },
    Context.PRODUCT: {
        Field.PRODUCT_ID: "id product_id sku slug product_sku product_slug code item_id",
        Field.PRODUCT_NAME: "name product_name title product_title product product_display_name display_name label",
        Field.DESCRIPTION: """description product_description details summary short_description desc long_description
            about product_details""",
        Field.CATEGORY: "category product_category type product_type kind categories",
        Field.ATTRIBUTES: """attributes features key_attributes key_features key_benefits benefits usps highlights
            selling_points key_selling_points materials material colors color colours colour ingredients flavor
            flavour flavors variants variant tags keywords product_features properties size key_points""",
        Field.IMAGE: """image image_path asset_path asset hero_asset product_image hero_image picture photo assets
            existing_assets existing_asset input_asset input_assets images image_file product_image_path hero
            image_url product_images source_image product_photo packshot pack_shot asset_file local_asset
            product_asset image_paths asset_paths input_image reference_asset base_image main_image primary_image
            asset_url hero_image_path source_asset existing_image photos pictures img file""",
        Field.CUTOUT: "cutout cutout_image cutout_path cut_out transparent_image isolated_image transparent_png",
        Field.REFERENCES: """references reference reference_image reference_images inspiration moodboard
            style_reference reference_assets reference_path""",
        Field.ASSET_FOLDER: "asset_folder assets_folder image_folder asset_dir assets_dir folder asset_directory",
        Field.MESSAGE: """message headline copy ad_copy campaign_message product_message text overlay_text
            text_overlay message_text localized_message primary_message messaging messages""",
        Field.TAGLINE: "tagline slogan product_tagline",
        Field.CTA: _WORDS[Field.CTA],
        Field.DISCLAIMER: _WORDS[Field.DISCLAIMER],
        Field.TRANSLATIONS: _WORDS[Field.TRANSLATIONS] + " locales languages",
        Field.PROMPT: "prompt image_prompt prompt_keywords generation_prompt visual_prompt genai_prompt ai_prompt",
        Field.PRODUCT_FIDELITY: "fidelity product_fidelity image_fidelity",
        Field.FOCUS: "focus focal_point focus_point image_focus picture_focus",
        Field.PRODUCT_NOTES: """notes visual_notes visual_description visual_style style setting scene mood background
            target_demographic target_audience audience composition usage context key_visual visual_direction theme
            visual_elements art_direction environment styling lighting""",
        Field.PRODUCT_AVOID: "avoid prompt_avoid negative_prompt exclude do_not_include",
        Field.ASSETS_REQUIRED: "assets_required asset_required image_required required require_asset",
        Field.UNUSED: """price currency url link website quantity stock priority offer discount brand logo rating
            reviews weight dimensions model year launch_date msrp price_usd sale_price generate use_existing
            needs_generation generate_image has_asset asset_status status available subheadline body hashtags
            aspect_ratios regions region""",
    },
}

SILENT: Final = frozenset({"schema", "version", "schemaversion", "comment", "comments"})
"""Keys that are about the file, not about the campaign: nobody misses them."""

_NOT_INHERITED: Final = frozenset({"name", "id", "title", "description", "type", "slug", "status", "text", "brief"})
_SPILLS: Final = {
    Context.BRAND: Field.NOTES,
    Context.DIRECTION: Field.NOTES,
    Context.LEGAL: Field.NOTES,
    Context.TARGET: Field.AUDIENCE,
    Context.OUTPUT: Field.UNUSED,
    Context.ASSETS: Field.UNUSED,
}
"""What unknown keys of a group of guidance are taken for, unless they look like a slip of the pen."""


def _table(rows: dict[Field, str]) -> dict[str, tuple[Field, int]]:
    table: dict[str, tuple[Field, int]] = {}
    for field, names in rows.items():
        for rank, name in enumerate(names.split()):
            table.setdefault(text.folded(name), (field, rank))
    return table


_TABLES: Final = {Context.ROOT: _table(_ROOT), **{context: _table(rows) for context, rows in _OWN.items()}}
_OPENED: Final = {text.folded(name): context for context in reversed(_GROUPS) for name in _GROUPS[context].split()}


def field_of(key: str, context: Context) -> tuple[Field, int] | None:
    """What a key means in this context, and how far from the canonical name it stands (0 is that name)."""
    folded = text.folded(key)
    own = _TABLES[context].get(folded)
    if own or context is Context.ROOT or context is Context.PRODUCT:
        return own
    if folded in _NOT_INHERITED and context is not Context.CAMPAIGN:
        return None
    return _TABLES[Context.ROOT].get(folded)


def group_of(key: str) -> Context | None:
    """The context that a key opens when a mapping stands behind it."""
    return _OPENED.get(text.folded(key))


def spill_of(context: Context) -> Field | None:
    """What an unknown key of this group is taken for; None: it is not used, and said so."""
    return _SPILLS.get(context)


def nearest(key: str, context: Context) -> str:
    """The known key that an unknown one probably means, or an empty string."""
    from rapidfuzz import fuzz, process

    rows = {**_OWN.get(context, {}), **({} if context is Context.PRODUCT else _ROOT)}
    names = {text.folded(name): name for known in rows.values() for name in known.split()}
    match = process.extractOne(text.folded(key), list(names), scorer=fuzz.ratio, score_cutoff=80)
    return names[match[0]] if match else ""
