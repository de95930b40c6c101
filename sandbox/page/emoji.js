// Emoji by the names people type between colons.

import { h } from "./dom.js";

const TABLE = `
rotating_light 🚨|pushpin 📌|round_pushpin 📍|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|warning ⚠️
no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|stop_sign 🛑|exclamation ❗|heavy_exclamation_mark ❗|question ❓|bangbang ‼️|information_source ℹ️
red_circle 🔴|large_orange_circle 🟠|orange_circle 🟠|large_yellow_circle 🟡|yellow_circle 🟡|large_green_circle 🟢|green_circle 🟢
large_blue_circle 🔵|blue_circle 🔵|large_purple_circle 🟣|purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_brown_circle 🟤
red_square 🟥|large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛
eyes 👀|mag 🔍|mag_right 🔎|microscope 🔬|telescope 🔭|stethoscope 🩺|thermometer 🌡️|test_tube 🧪|pill 💊|syringe 💉|ambulance 🚑|fire_engine 🚒|police_car 🚓|helicopter 🚁
fire 🔥|boom 💥|collision 💥|zap ⚡|bomb 💣|firecracker 🧨|skull 💀|ghost 👻|bug 🐛|beetle 🐞|snail 🐌|turtle 🐢|tortoise 🐢|rocket 🚀|ship 🚢|anchor ⚓|construction 🚧|traffic_light 🚥|vertical_traffic_light 🚦
bell 🔔|no_bell 🔕|loudspeaker 📢|mega 📣|speech_balloon 💬|left_speech_bubble 🗨️|thought_balloon 💭|telephone_receiver 📞|phone ☎️|telephone ☎️|pager 📟|iphone 📱|email 📧|e-mail 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤
clock1 🕐|clock3 🕒|clock9 🕘|clock12 🕛|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|hourglass ⌛|hourglass_flowing_sand ⏳|zzz 💤|sleeping 😴|calendar 📆|date 📅|spiral_calendar_pad 🗓️
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|clipboard 📋|memo 📝|pencil 📝|pencil2 ✏️|page_facing_up 📄|page_with_curl 📃|scroll 📜|book 📖|open_book 📖|books 📚|notebook 📓|ledger 📒|bookmark 🔖|bookmark_tabs 📑|label 🏷️|link 🔗|paperclip 📎|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|newspaper 📰
hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️|screwdriver 🪛|toolbox 🧰|nut_and_bolt 🔩|chains ⛓️|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|package 📦|computer 💻|desktop_computer 🖥️|keyboard ⌨️|floppy_disk 💾|minidisc 💽|satellite 🛰️|satellite_antenna 📡|electric_plug 🔌|battery 🔋|bulb 💡|flashlight 🔦|globe_with_meridians 🌐|cloud ☁️|lightning 🌩️|card_file_box 🗃️|file_cabinet 🗄️|wastebasket 🗑️
arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrow_heading_up ⤴️|arrow_heading_down ⤵️|leftwards_arrow_with_hook ↩️|rewind ⏪|fast_forward ⏩|arrow_forward ▶️|arrow_backward ◀️|arrows_counterclockwise 🔄|arrows_clockwise 🔃|repeat 🔁|twisted_rightwards_arrows 🔀|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|stop_button ⏹️|next_track_button ⏭️|heavy_plus_sign ➕|heavy_minus_sign ➖|small_red_triangle 🔺|small_red_triangle_down 🔻|small_orange_diamond 🔸|small_blue_diamond 🔹|black_small_square ▪️|white_small_square ▫️
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|wave 👋|raised_hand ✋|hand ✋|point_right 👉|point_left 👈|point_up 👆|point_down 👇|handshake 🤝|writing_hand ✍️|v ✌️|crossed_fingers 🤞|fist ✊
smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|sweat_smile 😅|slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|blush 😊|heart_eyes 😍|thinking_face 🤔|face_with_monocle 🧐|neutral_face 😐|expressionless 😑|confused 😕|worried 😟|cry 😢|sob 😭|scream 😱|rage 😡|angry 😠|triumph 😤|sweat 😓|cold_sweat 😰|fearful 😨|hot_face 🥵|cold_face 🥶|exploding_head 🤯|melting_face 🫠|saluting_face 🫡|sunglasses 😎|nerd_face 🤓|partying_face 🥳|robot_face 🤖|alien 👽|clown_face 🤡|facepalm 🤦|face_palm 🤦|shrug 🤷
heart ❤️|broken_heart 💔|green_heart 💚|blue_heart 💙|star ⭐|star2 🌟|sparkles ✨|tada 🎉|confetti_ball 🎊|trophy 🏆|medal 🏅|100 💯|dart 🎯|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|black_flag 🏴|crossed_flags 🎌|coffee ☕|beer 🍺|pizza 🍕|cake 🍰|doughnut 🍩|seedling 🌱|herb 🌿|evergreen_tree 🌲|sunny ☀️|partly_sunny ⛅|rain_cloud 🌧️|snowflake ❄️|ocean 🌊|rainbow 🌈|crescent_moon 🌙|earth_africa 🌍
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|zero 0️⃣|sos 🆘|new 🆕|ok 🆗|up 🆙|cool 🆒|free 🆓|vs 🆚
mortar_board 🎓|classical_building 🏛️|bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|firefighter 🧑‍🚒|detective 🕵️|sleuth_or_spy 🕵️|construction_worker 👷|guardsman 💂|cop 👮|doctor 🧑‍⚕️|mechanic 🧑‍🔧|scientist 🧑‍🔬|pilot 🧑‍✈️|headphones 🎧|microphone 🎤|studio_microphone 🎙️|movie_camera 🎥|camera 📷|framed_picture 🖼️|art 🎨|performing_arts 🎭|game_die 🎲|video_game 🎮|house 🏠|office 🏢|factory 🏭|hospital 🏥|compass 🧭|world_map 🗺️|moneybag 💰|credit_card 💳|gem 💎|scales ⚖️|balance_scale ⚖️|brain 🧠|dna 🧬|magnet 🧲|abacus 🧮|puzzle_piece 🧩|jigsaw 🧩|ladder 🪜|parachute 🪂|firewall 🧱|bricks 🧱|sponge 🧽|broom 🧹|soap 🧼`;

const CHARACTERS = new Map(
  TABLE.split(/[|\n]/)
    .map((entry) => entry.trim().split(" "))
    .filter(([name, character]) => name && character),
);

/** Those one click away in the message menu. */
export const QUICK = ["white_check_mark", "eyes", "pushpin", "+1"];

export function character(name) {
  return CHARACTERS.get(name.replace(/::skin-tone-\d$/, ""));
}

/** An emoji by name, with that name for screen readers; an unknown one is shown as it was typed. */
export function emoji(name) {
  const shown = character(name);
  if (!shown) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, shown);
}

/** Names that contain these letters, those beginning with them first. */
export function emojiNamed(letters, most = 60) {
  const wanted = letters.toLowerCase();
  const names = [...CHARACTERS.keys()].filter((name) => name.includes(wanted));
  return names.sort((a, b) => b.startsWith(wanted) - a.startsWith(wanted)).slice(0, most);
}
