/** One engine under measurement: prepared once, started when first needed, stopped when a scenario wants it cold. */
export class Session {
  #driver;
  #folder;
  #installation;
  #running;

  /** `folder` is where the engine keeps data and logs for this benchmark. */
  constructor(driver, folder) {
    this.#driver = driver;
    this.#folder = folder;
  }

  get driver() {
    return this.#driver;
  }

  async installation() {
    this.#installation ??= await this.#driver.prepare(this.#folder);
    return this.#installation;
  }

  /** The running server, started now if it is not. */
  async running() {
    this.#running ??= await this.#driver.start(await this.installation());
    return this.#running;
  }

  /** Starts anew and answers the running server; `options` go to the driver. */
  async restart(options) {
    await this.stop();
    this.#running = await this.#driver.start(await this.installation(), options);
    return this.#running;
  }

  async stop() {
    const running = this.#running;
    this.#running = undefined;
    if (running) await this.#driver.stop(running);
  }

  /** Ends the server without warning, if its driver can. */
  async kill() {
    const running = this.#running;
    this.#running = undefined;
    if (running) await this.#driver.kill(running);
  }

  /** A request of the running server for a shape, or undefined when this engine has no such shape. */
  async request(shape, options) {
    return this.#driver.request(await this.running(), shape, options);
  }
}
