/** Lambda hands what is written here to CloudWatch Logs: from there it takes the way of every log event. */
export const handler = async (): Promise<void> => {
  console.log(JSON.stringify({ tocsin: 'heartbeat', beat: new Date(Date.now()).toISOString() }));
};
