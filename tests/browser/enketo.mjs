// The page's part of the browser tests: an XForm becomes a form to fill, and gives its submission.
import { Form } from 'enketo-core';
import { transform } from 'enketo-transformer/web';

window.openForm = async (xform) => {
  const { form, model } = await transform({ xform });
  document.body.innerHTML = `<div class="main"><article class="paper">${form}</article></div>`;
  window.form = new Form(document.querySelector('form.or'), { modelStr: model, external: [] }, {});
  return window.form.init();
};
window.submission = () => window.form.getDataStr({ irrelevant: false });
