const CHOICE =
  "😊😄😁😆😉😍🥰😘🤗🤩😎🤔😅😂🤣😭😢😔😮😳🥺😴🤒😷🙏👍👌👏🙌💪🤝👋✌️🫶👀🙇🎉🎊🎁🎀🛍️🛒📦🚚🏠🏪💳🧾💰🎫⏰📅📍📞📷🔗✅❌⭐🌟✨🔥💯❗❓⚠️💬💡❤️🧡💛💚💙💜🤍🌸🌷🌹🌈☀️☁️☔❄️🍀🍵☕🍰🎂🐱🐶";

/** In the order of how often a shop needs them: greeting, thanks, apology, goods, weather of the soul. */
export const EMOJI = Array.from(new Intl.Segmenter("und").segment(CHOICE), ({ segment }) => segment);
