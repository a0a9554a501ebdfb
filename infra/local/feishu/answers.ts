/** Answers of a custom bot's webhook, in the service's own words (Feishu, "Use custom bots in a group"). */

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

const MESSAGES: Record<number, string> = {
  2200: 'internal error',
  9499: 'Bad Request',
  11232: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]',
  11242: 'chat is banned',
  11246: 'message card has invalid user resource',
  11247: 'internal send message is limited',
  11248: 'message is refused by audit',
  11249: 'bot is not in the chat',
  11312: 'message is refused by audit',
  18054: 'message is refused by audit',
  19001: 'param invalid: incoming webhook access token invalid',
  19002: 'params error, msg_type need',
  19021: 'sign match fail or timestamp is not within one hour from current time',
  19022: 'Ip Not Allowed',
  19024: 'Key Words Not Found',
  19036: 'The message body exceeds the size limit',
  99991300: 'Invalid request body format',
  99991400: 'request trigger frequency limit',
};

export function success(): Answer {
  const body = { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' };
  return { status: 200, headers: {}, body };
}

/** A refusal; business errors come as HTTP 200 unless `status` says otherwise. */
export function refusal(code: number, message?: string, status = 200): Answer {
  return { status, headers: {}, body: { code, data: {}, msg: message ?? MESSAGES[code] ?? 'error' } };
}

/** A card that was not taken, with the sub-code that says why. */
export function cardRefusal(subCode: number, why: string): Answer {
  return refusal(11246, `${MESSAGES[11246]}, ext=ErrCode: ${subCode}; ErrMsg: ${why}; `);
}
